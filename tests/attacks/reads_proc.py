# Looks into /proc: memory, descriptors, environments and command lines, its own, the server's and the judge's.
# Mode: escape
# Expects: raised, wrong, skipped
import os


def attack():
    got = []
    for pid in ("self", "1", "2", str(os.getppid()), "thread-self"):
        for name in ("mem", "environ", "cmdline", "maps", "root/etc/passwd", "fd/0", "oom_score_adj"):
            for mode in ("rb", "r+b"):
                try:
                    with open(f"/proc/{pid}/{name}", mode) as file:
                        file.read(1)
                    got.append(f"{pid}/{name}")
                except OSError:
                    pass
    for folder in ("/proc", "/proc/self/fd", "/sys", "/dev", "/dev/shm", "/run"):
        try:
            os.listdir(folder)
            got.append(folder)
        except OSError:
            pass
    return got
