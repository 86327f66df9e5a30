"""Facts about late work: when it was handed in, which days count, and what is taken off."""

import os
import stat
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.course import late
from autograder.course.settings import LateRules
from autograder.course.submissions import Submission
from autograder.result import Late, NoteKind, Result

HOUR = 3600.0
DEADLINE = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
RULES = LateRules(deadlines={"hw": DEADLINE}, grace_minutes=15, penalty_per_day=0.1, cut_off_days=3)


def result(path: Path, score: float | None = 10.0) -> Result:
    """Return a result of the file at `path`."""
    return Result(
        student="s",
        assignment="hw",
        path=str(path),
        sha256=None,
        status="graded" if score is not None else "ungraded",
        score=score,
        max_score=20.0,
        device="cpu(0)",
        isolation="none",
        grader="0",
    )


def submission(folder: Path, *, changed: datetime, stamp: str | None = None) -> Path:
    """Write a notebook that was last changed at `changed`, and nbgrader's timestamp.txt where there is a `stamp`."""
    path = folder / "hw.ipynb"
    path.write_text("{}")
    os.utime(path, (changed.timestamp(), changed.timestamp()))
    if stamp is not None:
        (folder / "timestamp.txt").write_text(stamp)
    return path


def judged(path: Path, rules: LateRules | None = RULES, score: float | None = 10.0) -> Result:
    """Return the result of the file at `path` with its lateness."""
    return late.judged(result(path, score), rules, Submission("s", "hw", path, inner=2))


@pytest.mark.parametrize(
    ("hours", "days", "off"),
    [
        (-1, 0, 0.0),
        (0, 0, 0.0),
        (0.25, 0, 0.0),
        (0.26, 1, 1.0),
        (24, 1, 1.0),
        (24.01, 2, 2.0),
        (72, 3, 3.0),
        (72.1, 4, 10.0),
    ],
)
def test_each_day_that_has_begun_costs_its_share(hours: float, days: int, off: float) -> None:
    """Nothing within the grace of a quarter hour, then a tenth for each begun day, all of it after three days."""
    assert late.started_days(RULES, hours * HOUR) == days
    assert late.penalty(RULES, 10.0, hours * HOUR) == off


def test_no_more_than_the_score_is_taken_off() -> None:
    """Without a cut-off the penalty ends at the score; a score of zero stays zero."""
    rules = LateRules(deadlines={}, penalty_per_day=0.3)

    assert late.penalty(rules, 10.0, 9 * 24 * HOUR) == 10.0
    assert late.penalty(rules, 0.0, 9 * 24 * HOUR) == 0.0


def test_the_raw_score_stays_beside_what_is_left(tmp_path: Path) -> None:
    """A submission 30 hours late keeps its score; `late` says hours, days, the penalty and what is left."""
    path = submission(tmp_path, changed=DEADLINE + timedelta(hours=30))
    found = judged(path)

    assert found.score == 10.0
    assert found.late == Late(hours=30.0, days=2, penalty=2.0, score=8.0)


def test_within_the_grace_it_is_late_but_costs_nothing(tmp_path: Path) -> None:
    """Five minutes late are shown, as zero days."""
    path = submission(tmp_path, changed=DEADLINE + timedelta(minutes=5))

    assert judged(path).late == Late(hours=0.08, days=0, penalty=0.0, score=10.0)


def test_in_time_or_without_a_deadline_nothing_is_late(tmp_path: Path) -> None:
    """Work in time, of an assignment without a deadline, or of a course without rules has no `late`."""
    path = submission(tmp_path, changed=DEADLINE)
    other = LateRules(deadlines={"other": DEADLINE - timedelta(days=9)})

    assert [judged(path, rules).late for rules in (RULES, other, None)] == [None, None, None]


def test_an_ungraded_submission_has_no_score_left_either(tmp_path: Path) -> None:
    """Where there is no score there is none after the penalty, and none of the penalty."""
    path = submission(tmp_path, changed=DEADLINE + timedelta(hours=30))

    assert judged(path, score=None).late == Late(hours=30.0, days=2, penalty=0.0, score=None)


@pytest.mark.parametrize(
    ("stamp", "when"),
    [
        ("2026-12-02 10:00:00.250000 UTC\n", datetime(2026, 12, 2, 10, 0, 0, 250000, tzinfo=UTC)),
        ("2026-12-02 10:00:00", datetime(2026, 12, 2, 10, tzinfo=UTC)),
        ("2026-12-02 10:00:00 +0200", datetime(2026, 12, 2, 8, tzinfo=UTC)),
        ("2026-12-02 10:00:00 CET", datetime(2026, 12, 2, 9, tzinfo=UTC)),
        ("2026-12-02 10:00:00.000000 EST", datetime(2026, 12, 2, 15, tzinfo=UTC)),
    ],
)
def test_timestamp_txt_is_read_as_nbgrader_writes_it(tmp_path: Path, stamp: str, when: datetime) -> None:
    """nbgrader's time counts, in its zone; UTC where it names none."""
    path = submission(tmp_path, changed=DEADLINE, stamp=stamp)

    assert late.handed_in(path) == when


NO_TIMES = {
    "words": b"yesterday, I promise",
    "nothing": b"",
    "minutes without end": b"9" * 30 + b"m",
    "hours without end": b"1" * 20 + b":1",
    "not a number": b"nan",
    "year 33658": b"33658-01-01 00:00:00 UTC",
    "before year 1, in UTC": b"0001-01-01 00:00:00 +1200",
    "after year 9999, in UTC": b"9999-12-31 23:59:59 -1200",
    "offset without end": b"2026-12-02 10:00:00 +9999",
    "zone that nobody knows": b"2026-12-02 10:00:00 QQQ",
    "no day": b"10:00:00",
    "two lines": b"2026-12-02 10:00:00 UTC\n2026-11-02 10:00:00 UTC\n",
    "megabytes": b"2026-12-02 10:00:00 UTC" + b" " * (4 << 20),
    "UTF-16": "2026-12-02 10:00:00 UTC".encode("utf-16"),
    "bytes": bytes(range(128, 256)),
    "escape codes": b"\x1b[2J\x1b]0;x\x07",
}


@pytest.mark.parametrize("stamp", NO_TIMES.values(), ids=NO_TIMES)
def test_what_is_no_time_is_named_and_costs_nothing(tmp_path: Path, stamp: bytes) -> None:
    """Nobody can tell when it was handed in, also where the file's own date would be days late: a note says so."""
    path = submission(tmp_path, changed=DEADLINE + timedelta(days=9))
    (tmp_path / "timestamp.txt").write_bytes(stamp)
    found = judged(path)

    assert (found.score, found.late) == (10.0, None)
    (note,) = found.notes
    assert note.kind is NoteKind.LATENESS
    assert note.text.startswith(
        "when it was handed in cannot be told, so nothing was taken off for lateness: timestamp.txt "
    )
    assert note.text.isprintable()


@pytest.mark.parametrize("kind", ["link", "dangling", "loop", "pipe", "folder", "socket"])
def test_a_timestamp_that_is_no_plain_file_is_not_read(tmp_path: Path, kind: str) -> None:
    """What stands in a student's folder under that name may be anything; reading it must neither hang nor stray."""
    path, stamp = submission(tmp_path, changed=DEADLINE + timedelta(days=9)), tmp_path / "timestamp.txt"
    (tmp_path / "real.txt").write_text("2026-11-01 10:00:00 UTC")
    if kind in ("link", "dangling", "loop"):
        stamp.symlink_to({"link": "real.txt", "dangling": "nowhere", "loop": "timestamp.txt"}[kind])
    elif kind == "pipe":
        os.mkfifo(stamp)
    elif kind == "folder":
        stamp.mkdir()
    else:
        os.mknod(stamp, stat.S_IFSOCK | 0o644)
    found = judged(path)

    assert (found.score, found.late) == (10.0, None)
    assert "timestamp.txt is a " in found.notes[0].text


@pytest.mark.parametrize("seconds", [1e12, -1e11])
def test_a_file_of_a_year_that_no_calendar_has(seconds: float) -> None:
    """The years 33658 and -1200 end nothing, and cost nothing."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:  # a disk's file system may not hold such a date
        path = submission(Path(folder), changed=DEADLINE)
        os.utime(path, (seconds, seconds))
        assert path.stat().st_mtime == seconds
        found = judged(path)

    assert found.late is None
    assert found.notes[0].text.endswith("lateness: the file's own date is none that a calendar has")


def test_a_file_from_before_1970_is_in_time(tmp_path: Path) -> None:
    """A date may be wrong and still be one."""
    path = submission(tmp_path, changed=datetime(1950, 1, 1, tzinfo=UTC))

    assert late.handed_in(path) == datetime(1950, 1, 1, tzinfo=UTC)


def test_a_folder_without_a_notebook_counts_by_its_own_time(tmp_path: Path) -> None:
    """Where no file counts, the folder's time and its timestamp.txt do."""
    (tmp_path / "timestamp.txt").write_text("2026-12-05 10:00:00 UTC")

    assert late.handed_in(tmp_path) == datetime(2026, 12, 5, 10, tzinfo=UTC)
    for name in ("absent/hw.ipynb", "x" * 300):  # the second the system refuses to look for
        with pytest.raises(late.UnknownTime, match="cannot be looked at"):
            late.handed_in(tmp_path / name)
