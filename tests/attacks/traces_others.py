# Traces, reads and writes the memory of the server and of its own process from outside.
# Mode: escape
# Expects: raised, wrong, skipped
import ctypes
import os


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(16)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 16)
    got = []
    for pid in (os.getppid(), 1, os.getpid()):
        calls = {
            "attach": (101, 16, pid, 0, 0),
            "seize": (101, 0x4206, pid, 0, 0),
            "traceme": (101, 0, 0, 0, 0),
            "readv": (310, pid, vector, 1, vector, 1, 0),
            "writev": (311, pid, vector, 1, vector, 1, 0),
            "pidfd": (434, pid, 0),
            "kcmp": (312, pid, pid, 0, 0, 0),
        }
        got += [name for name, arguments in calls.items() if libc.syscall(*arguments) >= 0]
    got += ["dumpable"] if libc.prctl(4, 1, 0, 0, 0) == 0 else []
    got += ["tracer"] if libc.prctl(0x59616D61, -1, 0, 0, 0) == 0 else []
    return got
