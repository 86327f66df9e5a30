# Fills the user's quota of keys, and looks into its keyrings.
# Mode: escape
# Expects: wrong, raised
import ctypes
import platform

LIBC = ctypes.CDLL(None, use_errno=True)
ADD_KEY, REQUEST_KEY, KEYCTL = (248, 249, 250) if platform.machine() == "x86_64" else (217, 218, 219)


def attack():
    got = 0
    for number in range(300):
        name = b"autograder-attack-%d" % number
        for ring in (-1, -2, -3, -4, -5):
            size = ctypes.c_long(1)
            if LIBC.syscall(ctypes.c_long(ADD_KEY), b"user", name, b"x", size, ctypes.c_long(ring)) >= 0:
                got += 1
    if LIBC.syscall(ctypes.c_long(KEYCTL), ctypes.c_long(0), ctypes.c_long(-4), ctypes.c_long(1)) >= 0:
        got += 1
    if LIBC.syscall(ctypes.c_long(REQUEST_KEY), b"user", b"x", None, ctypes.c_long(-4)) >= 0:
        got += 1
    return f"{got} keys" if got else None
