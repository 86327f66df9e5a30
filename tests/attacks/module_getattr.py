# Gives the module a class whose names are whatever is asked for, and the namespace a life of its own.
# Mode: import
# Expects: wrong, raised, not_attempted, skipped
import sys
import types


class Anything(types.ModuleType):
    def __getattr__(self, name):
        return lambda *a, **k: True

    def __dir__(self):
        return ["softmax", "cross_entropy", "SGD", "evaluate_accuracy", "training"]


def attack():
    module = sys.modules["__main__"]
    module.__class__ = Anything
    module.__getattr__ = lambda name: print
