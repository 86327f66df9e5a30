# Aborts the process from C.
# Mode: call softmax
# Expects: wrong, crashed, skipped
import ctypes


def attack():
    ctypes.CDLL(None).abort()
