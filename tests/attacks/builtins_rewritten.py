# Rewrites the built-in functions that the worker itself calls.
# Mode: import
# Expects: wrong, raised, crashed, skipped
import builtins


def attack():
    real = builtins.isinstance
    builtins.all = builtins.any = builtins.callable = lambda *a: True
    builtins.abs = lambda x: 0
    builtins.isinstance = lambda value, kinds: True if kinds is nd.NDArray else real(value, kinds)
    builtins.str = type("str", (str,), {"__eq__": lambda a, b: True, "__hash__": lambda a: 0})
    builtins.type = lambda *a: nd.NDArray
