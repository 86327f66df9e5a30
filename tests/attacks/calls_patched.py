# Replaces the worker's kinds of call: each returns the arguments as the result, unchanged and on the right device.
# Mode: import
# Expects: wrong, crashed, raised, skipped
from autograder import wire
from autograder.worker import calls


def attack():
    def claim(function, arrays, *rest):
        value = wire.Value("ndarray", "NDArray", 0, "cpu(0)")
        return wire.Returned(values=(value, value), after=tuple(range(len(arrays)))), list(arrays)

    calls.call = calls.gradient = calls.update = calls.evaluate = claim
    calls.Training.steps = lambda self, order: None
