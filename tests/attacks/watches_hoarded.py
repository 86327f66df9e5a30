# Takes the user's inotify instances and watches, fanotify groups, and has directories watched by signal.
# Mode: escape
# Expects: wrong, raised
import ctypes
import fcntl
import os

LIBC = ctypes.CDLL(None, use_errno=True)


def attack():
    got = []
    for _ in range(200):
        instance = LIBC.inotify_init1(0)
        if instance >= 0:
            got.append(f"inotify instance {instance}")
            LIBC.inotify_add_watch(instance, b"/usr", 0xFFF)
    if LIBC.fanotify_init(0x200, 0) >= 0:
        got.append("fanotify")
    try:
        fcntl.fcntl(os.open("/usr/lib", os.O_RDONLY), 1026, 0x8000003F)
        got.append("a directory's signals")
    except OSError:
        pass
    return ", ".join(got)
