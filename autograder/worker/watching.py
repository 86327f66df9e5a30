"""What the server looks after while a child runs: what a whole machine shares and no limit of one process bounds.

RLIMIT_NPROC counts a user's threads, and does not bind root at all; RLIMIT_AS bounds them only as long as each has a
stack of its own. The files of a tmpfs cost the machine's memory, and no limit counts them. So the server counts both,
fifty times a second, in a session of its own, which the kernel gives as much processor time as all of a child's.
"""

import os
import signal
from collections.abc import Sequence

PERIOD = 0.02  # seconds; a child starts some hundreds of threads in it
MAX_THREADS = 512  # of one child: with sixteen at a time, a quarter of the 32768 that many a machine has
MAX_FILES = 20_000  # in the folders that it may write to: some 20 MB of the kernel's memory

TOO_MANY_THREADS = f"it started more than {MAX_THREADS} threads"


def restrain(pid: int, writable: Sequence[str]) -> str:
    """Look at a child once; return why it must be ended, or "".

    One that has made too many files is stopped as it stands (SIGSTOP): it is left to its deadline.
    """
    try:
        threads = os.stat(f"/proc/{pid}/task").st_nlink - 2  # noqa: PTH116 - and no text, which a child could write
    except OSError:  # gone
        return ""
    if threads > MAX_THREADS:
        return TOO_MANY_THREADS
    if any(_files(folder) > MAX_FILES for folder in writable):
        os.kill(pid, signal.SIGSTOP)
    return ""


def _files(folder: str) -> int:
    found = os.statvfs(folder)
    return found.f_files - found.f_ffree
