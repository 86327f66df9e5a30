# Sets trace and profile functions that change what the worker's frames hold while they run.
# Mode: import
# Expects: wrong, raised, crashed, skipped
import ctypes
import sys
import threading


def attack():
    def trace(frame, event, argument):
        if "autograder" in frame.f_code.co_filename:
            for name in ("result", "results", "array", "kind"):
                if name in frame.f_locals:
                    frame.f_locals[name] = True
                    ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
        return trace

    sys.settrace(trace)
    sys.setprofile(trace)
    threading.settrace(trace)
