# Signals the server, the judge, the group, everything.
# Mode: escape
# Expects: raised, wrong, skipped
import ctypes
import os
import signal


def attack():
    got = []
    own = os.getpid()
    libc = ctypes.CDLL(None)
    for target in (os.getppid(), 1, 2, 0, -1, own - 1, own + 1):
        for way in (
            lambda t: os.kill(t, signal.SIGKILL),
            lambda t: os.kill(t, signal.SIGSTOP),
            lambda t: os.killpg(abs(t), signal.SIGKILL),
            lambda t: signal.pidfd_send_signal(os.pidfd_open(abs(t)), signal.SIGKILL),
            lambda t: 1 // (libc.syscall(200, abs(t), 9) == 0),
            lambda t: 1 // (libc.syscall(129, abs(t), 9, bytes(128)) == 0),
            lambda t: 1 // (libc.syscall(234, abs(t), abs(t), 9) == 0),
        ):
            try:
                way(target)
                got.append(f"signalled {target}")
            except (OSError, ZeroDivisionError):
                pass
    return got
