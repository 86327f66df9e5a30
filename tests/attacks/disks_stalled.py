# Has the whole machine write all that it has cached, over and over.
# Mode: escape
# Expects: wrong, raised
import ctypes
import os
import platform

LIBC = ctypes.CDLL(None, use_errno=True)
SYNC, SYNCFS = (162, 306) if platform.machine() == "x86_64" else (81, 267)


def attack():
    got = LIBC.syscall(ctypes.c_long(SYNC)) == 0
    got |= LIBC.syscall(ctypes.c_long(SYNCFS), ctypes.c_long(os.open("/usr", os.O_RDONLY))) == 0
    return "written" if got else None
