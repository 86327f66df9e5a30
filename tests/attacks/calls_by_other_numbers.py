# Makes refused calls by the numbers of 32-bit and x32 programs, which a filter by number may not know.
# Mode: escape
# Expects: wrong, raised
import ctypes
import mmap
import platform

LIBC = ctypes.CDLL(None, use_errno=True)


def attack():
    if platform.machine() != "x86_64":
        return None
    got = []
    for number in (41, 57, 206, 425, 512, 517, 520, 543):
        if LIBC.syscall(ctypes.c_long(0x40000000 | number), *map(ctypes.c_long, (2, 1, 0))) >= 0:
            got.append(f"x32 {number}")
    # 32-bit getpid, fork, socket, io_setup
    for number in (20, 2, 359, 245):
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(b"\xb8" + number.to_bytes(4, "little") + bytes.fromhex("53 31db 31c9 cd80 5b c3"))
        if ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))() >= 0:
            got.append(f"int 0x80 {number}")
    return ", ".join(got)
