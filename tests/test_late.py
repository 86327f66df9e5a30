"""Facts about late work: when it was handed in, which days count, and what is taken off."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder import late
from autograder.course import LateRules
from autograder.result import Late, Result

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
    found = late.judged(result(path), RULES)

    assert found.score == 10.0
    assert found.late == Late(hours=30.0, days=2, penalty=2.0, score=8.0)


def test_within_the_grace_it_is_late_but_costs_nothing(tmp_path: Path) -> None:
    """Five minutes late are shown, as zero days."""
    path = submission(tmp_path, changed=DEADLINE + timedelta(minutes=5))

    assert late.judged(result(path), RULES).late == Late(hours=0.08, days=0, penalty=0.0, score=10.0)


def test_in_time_or_without_a_deadline_nothing_is_late(tmp_path: Path) -> None:
    """Work in time, of an assignment without a deadline, or of a course without rules has no `late`."""
    path = submission(tmp_path, changed=DEADLINE)
    other = LateRules(deadlines={"other": DEADLINE - timedelta(days=9)})

    assert [late.judged(result(path), rules).late for rules in (RULES, other, None)] == [None, None, None]


def test_an_ungraded_submission_has_no_score_left_either(tmp_path: Path) -> None:
    """Where there is no score there is none after the penalty, and none of the penalty."""
    path = submission(tmp_path, changed=DEADLINE + timedelta(hours=30))

    assert late.judged(result(path, None), RULES).late == Late(hours=30.0, days=2, penalty=0.0, score=None)


@pytest.mark.parametrize(
    ("stamp", "when"),
    [
        ("2026-12-02 10:00:00.250000 UTC\n", datetime(2026, 12, 2, 10, 0, 0, 250000, tzinfo=UTC)),
        ("2026-12-02 10:00:00", datetime(2026, 12, 2, 10, tzinfo=UTC)),
        ("2026-12-02 10:00:00 +0200", datetime(2026, 12, 2, 8, tzinfo=UTC)),
        ("yesterday, I promise", None),
        ("", None),
        ("9" * 400, None),
    ],
)
def test_timestamp_txt_is_read_as_nbgrader_writes_it(tmp_path: Path, stamp: str, when: datetime | None) -> None:
    """nbgrader's time counts, UTC where it names no zone; what is no time gives way to the file's own."""
    path = submission(tmp_path, changed=DEADLINE, stamp=stamp)

    assert late.handed_in(path) == (when or DEADLINE)


def test_a_timestamp_that_is_a_link_or_a_pipe_is_not_read(tmp_path: Path) -> None:
    """What stands in a student's folder under that name may be anything; reading it must neither hang nor stray."""
    path = submission(tmp_path, changed=DEADLINE)
    (tmp_path / "real.txt").write_text("2026-11-01 10:00:00 UTC")
    (tmp_path / "timestamp.txt").symlink_to("real.txt")
    assert late.handed_in(path) == DEADLINE

    (tmp_path / "timestamp.txt").unlink()
    os.mkfifo(tmp_path / "timestamp.txt")
    assert late.handed_in(path) == DEADLINE


def test_a_folder_without_a_notebook_counts_by_its_own_time(tmp_path: Path) -> None:
    """Where no file counts, the folder's time and its timestamp.txt do."""
    (tmp_path / "timestamp.txt").write_text("2026-12-05 10:00:00 UTC")

    assert late.handed_in(tmp_path) == datetime(2026, 12, 5, 10, tzinfo=UTC)
    assert late.handed_in(tmp_path / "absent" / "hw.ipynb") is None
    assert late.handed_in(tmp_path / ("x" * 300)) is None  # which the system refuses to look for
