# Queues real-time signals to itself and makes timers: both come out of the user's allowance of pending signals.
# Mode: escape
# Expects: wrong, raised
import ctypes
import os
import platform
import signal

LIBC = ctypes.CDLL(None, use_errno=True)
TIMER_CREATE, TGKILL = (222, 234) if platform.machine() == "x86_64" else (107, 131)


def attack():
    timers = queued = 0
    for _ in range(2000):
        timer = ctypes.c_int()
        timers += LIBC.syscall(ctypes.c_long(TIMER_CREATE), ctypes.c_long(1), None, ctypes.byref(timer)) == 0
    signal.pthread_sigmask(signal.SIG_BLOCK, range(signal.SIGRTMIN, signal.SIGRTMAX + 1))
    pid = ctypes.c_long(os.getpid())
    for number in range(20_000):
        wanted = ctypes.c_long(signal.SIGRTMIN + number % 28)
        queued += LIBC.syscall(ctypes.c_long(TGKILL), pid, pid, wanted) == 0
    return f"{timers} timers, {queued} signals" if timers or queued > 64 else None
