# Forks, spawns and starts programs in every way that it knows; one success is enough.
# Mode: escape
# Expects: raised, wrong, skipped
import ctypes
import multiprocessing
import os
import subprocess


def attack():
    got = []
    libc = ctypes.CDLL(None, use_errno=True)
    ways = {
        "fork": os.fork,
        "forkpty": os.forkpty,
        "vfork": lambda: libc.vfork() if libc.syscall(58) >= 0 else os.fork(),
        "clone": lambda: None if libc.syscall(56, 0x11, 0, 0, 0, 0) >= 0 else os.fork(),
        "clone3": lambda: None if libc.syscall(435, 0, 0) >= 0 else os.fork(),
        "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "system": lambda: os.system("true") == 0 or os.fork(),
        "exec": lambda: os.execv("/usr/bin/sleep", ["sleep", "60"]),
        "subprocess": lambda: subprocess.run(["/bin/true"], check=True),
        "multiprocessing": lambda: multiprocessing.get_context("fork").Process(target=print).start(),
    }
    for name, way in ways.items():
        try:
            way()
            got.append(name)
        except Exception:
            pass
    return got
