"""Results of one run among those of earlier ones: one a student and assignment, the newest."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder import result as results_format
from autograder.result import Result

_UP = 3  # folders from a submission's file to that of its class


def merged(found: Sequence[Result], stored: Path, root: Path, warn: Callable[[str], None]) -> list[Result]:
    """Return the results of the file `stored`, those in `found` in their places, and the new ones of these after them.

    What is no longer in its class's folder is dropped, and `warn` is told, as it is of what cannot be read.
    root: the course's folder, for paths that are relative to it.
    """
    new = {(r.assignment, r.student): r for r in found}
    kept: dict[tuple[str, str], Result] = {}
    gone: list[str] = []
    for old in _read(stored, warn):
        name = (old.assignment, old.student)
        if name in new or not _has_gone(Path(old.path), root):
            kept[name] = new.pop(name, old)
        else:
            gone.append(f"{old.student} ({old.assignment})")
    if gone:
        warn(f"No longer in the reports, for the file that was graded is gone: {', '.join(gone)}")
    return [*kept.values(), *new.values()]


def _read(stored: Path, warn: Callable[[str], None]) -> list[Result]:
    try:
        lines = stored.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        warn(f"{stored}: cannot be read ({error.strerror}), so the reports hold what was graded now alone")
        return []
    read: list[Result] = []
    lost = 0
    for line in lines:
        try:
            read.append(results_format.decode(line))
        except (ValueError, RecursionError):
            lost += 1
    if lost:
        warn(f"{stored}: {lost} results are of another version and no longer in the reports; grade those again")
    return read


def _has_gone(path: Path, root: Path) -> bool:
    """Whether a submission is no longer where it was, while the folder of its class is still there."""
    places = [path] if path.is_absolute() else [Path.cwd() / path, root / path]
    if any(os.path.lexists(place) for place in places):
        return False
    depth = min(_UP, len(path.parts) - 1)
    return any(os.path.isdir(parent) for place in places for parent in place.parents[:depth])  # noqa: PTH112
