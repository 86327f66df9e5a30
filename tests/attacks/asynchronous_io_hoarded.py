# Takes the machine's slots for asynchronous I/O, of which there are 65536 for everybody, the old way and by io_uring.
# Mode: escape
# Expects: wrong, raised
import ctypes
import platform

LIBC = ctypes.CDLL(None, use_errno=True)
IO_SETUP = 206 if platform.machine() == "x86_64" else 0
HELD = []


def attack():
    got = []
    for slots in (60000, 6000, 600, 60):
        for _ in range(64):
            HELD.append(ctypes.c_ulong(0))
            if LIBC.syscall(ctypes.c_long(IO_SETUP), ctypes.c_long(slots), ctypes.byref(HELD[-1])) >= 0:
                got.append(f"{slots} slots")
    ring = ctypes.create_string_buffer(120)
    if LIBC.syscall(ctypes.c_long(425), ctypes.c_long(4096), ring) >= 0:
        got.append("a ring")
    return ", ".join(got)
