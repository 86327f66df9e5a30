"""Late work: when something was handed in, how late that is, and what course.yaml takes off for it.

The raw score is never touched: what is taken off stands beside it, in `Result.late`. Days are counted from the
deadline, each one that has begun; within the grace nothing is taken off. A day costs a share of the points that were
earned; after the cut-off nothing is left.
"""

import math
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from autograder.course import LateRules
from autograder.result import Late, Result

TIMESTAMP = "timestamp.txt"  # nbgrader writes it into the folder of each submission that it collects
DAY = 86400.0
_MAX_TIMESTAMP = 200  # characters


def started_days(rules: LateRules, seconds: float) -> int:
    """Return how many days late count, for something handed in `seconds` after its deadline; 0 within the grace."""
    if seconds <= rules.grace_minutes * 60:
        return 0
    return math.ceil(seconds / DAY)


def penalty(rules: LateRules, score: float, seconds: float) -> float:
    """Return the points to take off `score` for something handed in `seconds` after its deadline, at most `score`."""
    days = started_days(rules, seconds)
    if days == 0 or score <= 0:
        return 0.0
    if rules.cut_off_days is not None and days > rules.cut_off_days:
        return score
    return round(score * min(1.0, days * rules.penalty_per_day), 6)


def handed_in(path: Path) -> datetime | None:
    """Return when the submission at `path`, a file or its folder, was handed in; None where no file tells.

    That is what nbgrader's timestamp.txt beside it says, else when the file was last changed.
    """
    try:
        folder = path if path.is_dir() else path.parent
        stamped = timestamp(folder)
        if stamped is not None:
            return stamped
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except OSError:
        return None


def timestamp(folder: Path) -> datetime | None:
    """Return the time in `folder`/timestamp.txt, read as nbgrader reads it: without a zone it is UTC.

    None where there is no such file, or nothing in it that is a time.
    """
    from dateutil import parser  # type: ignore[import-untyped]  # noqa: PLC0415 - only late work needs it

    text = _short_text(folder / TIMESTAMP)
    if text is None:
        return None
    try:
        found: datetime = parser.parse(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def judged(result: Result, rules: LateRules | None) -> Result:
    """Return `result` with its `late` field, where it was handed in after the deadline of its assignment."""
    deadline = rules.deadlines.get(result.assignment) if rules is not None else None
    when = handed_in(Path(result.path)) if deadline is not None else None
    if rules is None or deadline is None or when is None or when <= deadline:
        return result
    seconds = (when - deadline).total_seconds()
    off = penalty(rules, result.score or 0.0, seconds)
    late = Late(
        hours=round(seconds / 3600, 2),
        days=started_days(rules, seconds),
        penalty=off,
        score=None if result.score is None else round(result.score - off, 6),
    )
    return msgspec.structs.replace(result, late=late)


def _short_text(path: Path) -> str | None:
    """Return the text of a small plain file: what lies in a student's folder may be anything."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        text = file.read(_MAX_TIMESTAMP).decode("utf-8", "replace").strip()
    return text or None
