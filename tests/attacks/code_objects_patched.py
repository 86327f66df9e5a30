# Replaces the code of the worker's functions in place, so that every reference to them runs the attacker's.
# Mode: import
# Expects: wrong, raised, crashed, skipped
from autograder.worker import calls, handler


def attack():
    def fit(result, arrays):
        from autograder import wire

        arrays.append(__import__("numpy").full((7, 10), 0.1, "float32"))
        return wire.Value(kind="ndarray", type_name="pass", array=len(arrays) - 1, device="cpu(0)")

    calls._value.__code__ = fit.__code__
    handler.describe.__code__ = (lambda error, line: __import__("autograder").wire.Returned()).__code__
