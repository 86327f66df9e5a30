# Makes namespaces, mounts, changes user and root, loads programs into the kernel, and loosens its own limits.
# Mode: escape
# Expects: raised, wrong, skipped
import ctypes
import os
import resource


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    got = []
    calls = {
        "unshare": (272, 0x10000000),
        "setns": (308, 0, 0),
        "mount": (165, b"none", b"/tmp", b"tmpfs", 0, 0),
        "umount": (166, b"/proc", 2),
        "pivot": (155, b"/tmp", b"/tmp"),
        "chroot": (161, b"/"),
        "setuid": (105, 0),
        "bpf": (321, 0, 0, 0),
        "keyctl": (250, 0, 0, 0),
        "io_uring": (425, 1, bytes(120)),
        "userfaultfd": (323, 0),
        "perf": (298, bytes(120), 0, -1, -1, 0),
        "memfd": (319, b"x", 0),
        "personality": (135, 0x0040000),
        "seccomp": (317, 0, 0, 0),
        "priority": (141, 0, 0, -20),
        "affinity": (203, 0, 8, b"\xff" * 8),
        "open_by_handle": (304, -100, bytes(64), 0),
    }
    got += [name for name, arguments in calls.items() if libc.syscall(*arguments) >= 0]
    for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
        try:
            resource.setrlimit(what, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            got.append(f"limit {what}")
        except (OSError, ValueError):
            pass
    for change in (lambda: os.chmod("/tmp", 0o777), lambda: os.nice(-5), lambda: os.mknod("/tmp/autograder-attack")):
        try:
            change()
            got.append(str(change.__code__.co_names))
        except OSError:
            pass
    return got
