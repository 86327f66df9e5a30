# Locks memory, so that it cannot be swapped out, and takes the machine's huge pages.
# Mode: escape
# Expects: wrong, raised
import ctypes
import mmap
import platform

LIBC = ctypes.CDLL(None, use_errno=True)
MLOCK2 = 325 if platform.machine() == "x86_64" else 284
HELD = []


def attack():
    got = []
    HELD.append(mmap.mmap(-1, 64 << 20))
    at = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(HELD[0])))
    if LIBC.mlock(at, ctypes.c_size_t(64 << 20)) == 0:
        got.append("mlock")
    if LIBC.syscall(ctypes.c_long(MLOCK2), at, ctypes.c_long(64 << 20), ctypes.c_long(1)) == 0:
        got.append("mlock2")
    for flags in (1, 2, 3, 7):
        if LIBC.mlockall(flags) == 0:
            got.append("mlockall")
    for name, flags in ("locked", 0x2022), ("huge", 0x40022), ("huge, 1 GB", 0x40022 | 30 << 26):
        try:
            HELD.append(mmap.mmap(-1, 1 << 30 if "GB" in name else 2 << 20, flags=flags))
            got.append(name)
        except OSError as error:
            if name != "locked" and error.errno == 12:
                got.append(name + ": asked for")
    return ", ".join(got)
