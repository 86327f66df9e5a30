"""Late work: when something was handed in, how late that is, and what course.yaml takes off for it.

The raw score is never touched: what is taken off stands beside it, in `Result.late`. Days are counted from the
deadline, each one that has begun; within the grace nothing is taken off. A day costs a share of the points that were
earned; after the cut-off nothing is left. Where course.yaml names a time zone, a day ends at the same time of its
clocks, also where they were changed in between.
"""

import math
import os
import re
import stat
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from dateutil import parser  # type: ignore[import-untyped]
from dateutil.tz import tzlocal  # type: ignore[import-untyped]

from autograder.course import folders
from autograder.course.choosing import is_folder
from autograder.course.notes import noted
from autograder.course.settings import LateRules
from autograder.course.submissions import Submission
from autograder.result import Late, NoteKind, Result, clean

TIMESTAMP = "timestamp.txt"  # nbgrader writes it into the folder of each submission that it collects
DAY = 86400.0
UNKNOWN = "when it was handed in cannot be told"
_DEFAULTS = (datetime(2000, 1, 1), datetime(2001, 2, 2))
_MAX_TIMESTAMP = 200  # bytes
_NAMED_ZONE = re.compile(r"(\S+ \S+) (?!(?:AM|PM)\Z)([A-Za-z][\w+/-]*)", re.IGNORECASE)  # date, time, zone
_RFC_822 = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}  # hours


def started_days(rules: LateRules, seconds: float, when: datetime | None = None) -> int:
    """Return how many days late count, for something handed in `seconds` after its deadline; 0 within the grace.

    when: when it was handed in, to count the days of the course's calendar.
    """
    if seconds <= rules.grace_minutes * 60:
        return 0
    if when is not None and rules.timezone is not None:
        zone = ZoneInfo(rules.timezone)
        clock, due = (t.astimezone(zone).replace(tzinfo=None) for t in (when, when - timedelta(seconds=seconds)))
        seconds = (clock - due).total_seconds()
    return max(1, math.ceil(seconds / DAY))


def deadline_of(rules: LateRules | None, assignment: str, student: str) -> datetime | None:
    """Return when a student's work is due: by the student's extension, else by the assignment's deadline."""
    if rules is None:
        return None
    return rules.extensions.get(assignment, {}).get(student, rules.deadlines.get(assignment))


def penalty(rules: LateRules, score: float, seconds: float, when: datetime | None = None) -> float:
    """Return the points to take off `score` for something handed in `seconds` after its deadline, at most `score`."""
    days = started_days(rules, seconds, when)
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
        named = _NAMED_ZONE.fullmatch(text)
        plain = named[1] if named else text
        found: datetime = parser.parse(plain, default=_DEFAULTS[0], tzinfos=_offset)
        if found != parser.parse(plain, default=_DEFAULTS[1], tzinfos=_offset):
            raise ValueError(text)
        found = found.replace(tzinfo=_zone(named[2])) if named else found
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except Exception as error:  # dateutil raises more than it says, and the text is anybody's
        raise UnknownTime(f"{TIMESTAMP} holds no time: {clean(text, 60)!r}") from error


def _offset(name: str | None, offset: int | None) -> tzinfo | int | None:
    """Return a time zone for dateutil, which takes one that it does not know for none. Raises ValueError for those."""
    return offset if offset is not None or name is None else _zone(name)


def _zone(name: str) -> tzinfo:
    """Return the time zone of a name or an abbreviation. Raises ValueError where none or several have it.

    nbgrader writes abbreviations, and reads as UTC those that are no file of the tz database (CEST, EDT, PST).
    """
    if name in ("UTC", "GMT", "Z"):
        return UTC
    if name in time.tzname:
        zone: tzinfo = tzlocal()
        return zone
    if name in available_timezones():
        return ZoneInfo(name)
    offsets = {timedelta(hours=_RFC_822[name])} if name in _RFC_822 else _abbreviated(name)
    if len(offsets) != 1:
        raise ValueError(name)
    return timezone(next(iter(offsets)))


@cache
def _abbreviated(name: str) -> frozenset[timedelta]:
    """Return what is added to UTC where clocks are said to show `name`, in winter or in summer."""
    times = [datetime(2026, month, 1, tzinfo=ZoneInfo(zone)) for zone in available_timezones() for month in (1, 7)]
    return frozenset(offset for t in times if t.tzname() == name and (offset := t.utcoffset()) is not None)


def judged(result: Result, rules: LateRules | None, submission: Submission) -> Result:
    """Return `result` with its `late` field, where it was handed in after the deadline of its assignment.

    Where nobody can tell when that was, nothing is taken off, and a note says so.
    """
    deadline = deadline_of(rules, result.assignment, submission.student)
    if rules is None or deadline is None:
        return result
    try:
        when = handed_in(submission.path, submission.inner)
    except UnknownTime as error:
        return noted(result, NoteKind.LATENESS, f"{UNKNOWN}, so nothing was taken off for lateness: {error}")
    if when <= deadline:
        return result
    seconds = (when - deadline).total_seconds()
    off = penalty(rules, result.score or 0.0, seconds, when)
    late = Late(
        hours=round(seconds / 3600, 2),
        days=started_days(rules, seconds, when),
        penalty=off,
        score=None if result.score is None else round(result.score - off, 6),
    )
    return msgspec.structs.replace(result, late=late)


def undated(rules: LateRules | None, submissions: Iterable[Submission]) -> int:
    """Count the submissions with a deadline that have no timestamp.txt, so that the file's date counts."""
    found = 0
    for one in submissions:
        if deadline_of(rules, one.assignment, one.student) is not None and one.path != Path():
            folder = one.path if is_folder(one.path) else one.path.parent
            found += not os.path.lexists(folder / TIMESTAMP)
    return found


def strangers(rules: LateRules | None, known: Iterable[tuple[str, str]]) -> list[str]:
    """Return who has an extension, and is none of the `known` (assignment, student) of an assignment that is known."""
    pairs = set(known)
    names = {assignment for assignment, _ in pairs}
    extensions = rules.extensions if rules is not None else {}
    return [s for a, students in extensions.items() if a in names for s in students if (a, s) not in pairs]


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
