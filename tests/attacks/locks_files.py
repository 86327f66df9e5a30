# Locks the files that every worker reads, and holds the locks.
# Mode: import
# Expects: wrong
import fcntl
import os

HELD = []


def attack():
    for path in (np.__file__, mx.__file__, os.__file__, "/usr/bin/env", "/etc/ld.so.cache"):
        try:
            descriptor = os.open(path, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            HELD.append(descriptor)
        except OSError:
            pass
