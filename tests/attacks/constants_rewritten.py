# Changes small integers and floats in memory: zero becomes one, and so on.
# Mode: call softmax
# Expects: wrong, crashed, timeout, raised, skipped
import ctypes


def attack():
    ctypes.memset(id(0) + 24, 1, 4)
    ctypes.memset(id(1.0) + 16, 0, 8)
