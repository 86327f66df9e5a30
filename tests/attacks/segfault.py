# Reads from address zero.
# Mode: call
# Expects: crashed, skipped
import ctypes


def attack():
    ctypes.string_at(0)
