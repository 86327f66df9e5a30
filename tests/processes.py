"""Processes as /proc shows them: who descends from whom, and who is still there."""

import contextlib
import time
from pathlib import Path


def descendants(of: int) -> dict[int, int]:
    """Return the descendants of a process, and how many generations down each is."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            parents[int(path.name)] = int(_fields(int(path.name))[1])
    found: dict[int, int] = {}
    wave, generation = {of}, 0
    while wave:
        generation += 1
        wave = {pid for pid, parent in parents.items() if parent in wave}
        found |= dict.fromkeys(wave, generation)
    return found


def is_server(pid: int) -> bool:
    """Tell whether a process is Python with the worker server's command line, and no child that a server forked."""
    return _serves(pid) and not _serves(_parent(pid))


def is_child(pid: int) -> bool:
    """Tell whether a process was forked by a worker server."""
    return _serves(pid) and _serves(_parent(pid))


def outlive(pids: set[int], seconds: float = 10.0) -> set[int]:
    """Return those that are still there, and no zombies, after at most `seconds`."""
    ends = time.monotonic() + seconds
    while (left := {pid for pid in pids if _alive(pid)}) and time.monotonic() < ends:
        time.sleep(0.05)
    return left


def _alive(pid: int) -> bool:
    try:
        return _fields(pid)[0] != "Z"
    except OSError:
        return False


def _parent(pid: int) -> int:
    try:
        return int(_fields(pid)[1])
    except OSError:
        return 0


def _serves(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[1:3] == [b"-m", b"autograder.worker"]
    except OSError:
        return False


def _fields(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat behind the name, from the state on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
