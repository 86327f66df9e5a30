# Reads whatever its open descriptors lead to, and asks what they are.
# Mode: escape
# Expects: raised, wrong, skipped
import os
import stat


def attack():
    got = []
    for descriptor in range(256):
        try:
            mode = os.fstat(descriptor).st_mode
        except OSError:
            continue
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISFIFO(mode):
            got.append(f"{descriptor} is open: {mode:o}")
        elif stat.S_ISCHR(mode) and os.read(descriptor, 10):
            got.append(f"{descriptor} can be read")
    sockets = [d for d in range(256) if _is_socket(d)]
    return got + ([f"sockets {sockets}"] if len(sockets) != 1 else [])


def _is_socket(descriptor):
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        return False
