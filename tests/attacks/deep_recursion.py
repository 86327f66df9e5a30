# Recurses without end, with the limit out of the way.
# Mode: call softmax
# Expects: wrong, crashed, raised, skipped
import sys


def attack():
    sys.setrecursionlimit(10**9)

    class Deep:
        def __getattr__(self, name):
            return getattr(self, name + "x")

    return Deep().x
