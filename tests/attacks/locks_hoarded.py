# Takes ten thousand locks, each on one byte of a file that every worker reads; the kernel keeps them all.
# Mode: escape
# Expects: wrong, raised
import fcntl
import os


def attack():
    got = []
    for path in (os.__file__, np.__file__, "/dev/null"):
        for mode in (os.O_RDONLY, os.O_RDWR):
            try:
                descriptor = os.open(path, mode)
                for byte in range(0, 20_000, 2):
                    fcntl.lockf(descriptor, fcntl.LOCK_SH if mode == os.O_RDONLY else fcntl.LOCK_EX, 1, byte)
                got.append(f"locks on {path}")
            except OSError:
                pass
            try:
                fcntl.flock(os.open(path, mode), fcntl.LOCK_EX | fcntl.LOCK_NB)
                got.append(f"{path} whole")
            except OSError:
                pass
            try:
                fcntl.fcntl(os.open(path, mode), fcntl.F_SETLEASE, fcntl.F_RDLCK)
                got.append(f"a lease on {path}")
            except OSError:
                pass
    return ", ".join(got)
