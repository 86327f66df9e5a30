"""Late work: when something was handed in, how late that is, and what course.yaml takes off for it.

The raw score is never touched: what is taken off stands beside it, in `Result.late`. Days are counted from the
deadline, each one that has begun; within the grace nothing is taken off. A day costs a share of the points that were
earned; after the cut-off nothing is left.
"""

import math
import os
import stat
import time
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from dateutil import parser  # type: ignore[import-untyped]
from dateutil.tz import tzlocal  # type: ignore[import-untyped]

from autograder.course import folders
from autograder.course.settings import LateRules
from autograder.course.submissions import Submission
from autograder.result import Late, Note, NoteKind, Result, clean

TIMESTAMP = "timestamp.txt"  # nbgrader writes it into the folder of each submission that it collects
DAY = 86400.0
UNKNOWN = "when it was handed in cannot be told"
_DEFAULTS = (datetime(2000, 1, 1), datetime(2001, 2, 2))
_MAX_TIMESTAMP = 200  # bytes


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


class UnknownTime(Exception):
    """When something was handed in cannot be told. Carries why, as the end of a sentence."""


def handed_in(path: Path, inner: int = 1) -> datetime:
    """Return when the submission at `path`, a file or its folder, was handed in. Raises `UnknownTime`.

    That is what nbgrader's timestamp.txt beside it says, else when the file was last changed. What cannot be read in
    the one is not made up for by the other: a copied file may be much younger. inner: see `folders`.
    """
    try:
        status = path.lstat()
        folder = path if stat.S_ISDIR(status.st_mode) else path.parent
        stamped = timestamp(folder, inner - (folder != path))
        return stamped or datetime.fromtimestamp(status.st_mtime, UTC)
    except OSError as error:
        raise UnknownTime(f"{path.name} cannot be looked at: {error.strerror}") from None
    except (ValueError, OverflowError):
        raise UnknownTime("the file's own date is none that a calendar has") from None


def timestamp(folder: Path, inner: int = 1) -> datetime | None:
    """Return the time in `folder`/timestamp.txt, read as nbgrader reads it: without a zone it is UTC.

    None where there is no such file. Raises `UnknownTime` where it holds no time. inner: as of `folder`.
    """
    text = _short_text(folder / TIMESTAMP, inner + 1)
    if text is None:
        return None
    try:
        # What a text does not say is taken from the default: with two of them, a day that it does not say is seen.
        found: datetime = parser.parse(text, default=_DEFAULTS[0], tzinfos=_zone)
        if found != parser.parse(text, default=_DEFAULTS[1], tzinfos=_zone):
            raise ValueError(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except Exception as error:  # dateutil raises more than it says, and the text is anybody's
        raise UnknownTime(f"{TIMESTAMP} holds no time: {clean(text, 60)!r}") from error


def _zone(name: str | None, offset: int | None) -> tzinfo | int | None:
    """Return a time zone for dateutil, which takes one that it does not know for none. Raises ValueError for those."""
    if offset is not None or name is None:
        return offset
    if name in ("UTC", "GMT", "Z"):
        return UTC
    return tzlocal() if name in time.tzname else ZoneInfo(name)


def judged(result: Result, rules: LateRules | None, submission: Submission) -> Result:
    """Return `result` with its `late` field, where it was handed in after the deadline of its assignment.

    Where nobody can tell when that was, nothing is taken off, and a note says so.
    """
    deadline = rules.deadlines.get(result.assignment) if rules is not None else None
    if rules is None or deadline is None:
        return result
    try:
        when = handed_in(submission.path, submission.inner)
    except UnknownTime as error:
        told = clean(f"{UNKNOWN}, so nothing was taken off for lateness: {error}")
        return msgspec.structs.replace(result, notes=(*result.notes, Note(kind=NoteKind.LATENESS, text=told)))
    if when <= deadline:
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


def _short_text(path: Path, inner: int) -> str | None:
    """Return the text of a small plain file: what lies in a student's folder may be anything. Raises `UnknownTime`."""
    try:
        with os.fdopen(folders.open_file(path, inner), "rb") as file:
            raw = file.read(_MAX_TIMESTAMP + 1)
    except FileNotFoundError:
        return None
    except folders.NotPlain as error:
        raise UnknownTime(f"{error}, not a plain file") from None
    except OSError as error:
        raise UnknownTime(f"{path.name} cannot be read: {error.strerror}") from None
    if len(raw) > _MAX_TIMESTAMP:
        raise UnknownTime(f"{path.name} is longer than a time")
    return raw.decode("utf-8", "replace").strip()
