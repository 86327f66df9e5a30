"""Deadlines of a course: zones that nbgrader writes, days of the calendar, a student's own extension."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from autograder.course import late
from autograder.course.settings import LateRules, load
from autograder.errors import CourseError
from tests import small
from tests.course.test_late import DEADLINE, judged, submission

SUMMER = timezone(timedelta(hours=2))
RULES = LateRules(
    deadlines={"hw": datetime(2026, 10, 24, 20, 0, tzinfo=SUMMER)}, penalty_per_day=0.1, timezone="Europe/Berlin"
)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("CET", 9),
        ("EST", 15),
        ("PST", 18),
        ("CDT", 15),
        ("CEST", 8),
        ("EEST", 7),
        ("JST", 1),
        ("MSK", 7),
        ("AEST", 0),
        ("Europe/Berlin", 9),
        ("America/Los_Angeles", 18),
        ("+01", 9),
        ("+0530", 4.5),
        ("-03", 13),
    ],
)
def test_the_zone_of_a_timestamp_counts(tmp_path: Path, zone: str, hour: float) -> None:
    """Whatever nbgrader's `%Z` writes: an abbreviation, winter's or summer's, or a number; or a zone's full name."""
    path = submission(tmp_path, changed=DEADLINE + timedelta(days=9), stamp=f"2026-12-02 10:00:00.000000 {zone}\n")

    assert late.handed_in(path) == datetime(2026, 12, 2, tzinfo=UTC) + timedelta(hours=hour)


@pytest.mark.parametrize("zone", ["IST", "XYZ"])
def test_a_zone_that_is_several_or_none_costs_nothing(tmp_path: Path, zone: str) -> None:
    """India's, Israel's and Ireland's clocks have one abbreviation: nobody can tell, and a note says so."""
    path = submission(tmp_path, changed=DEADLINE + timedelta(days=9), stamp=f"2026-12-05 10:00:00 {zone}")
    found = judged(path)

    assert found.late is None
    assert "timestamp.txt holds no time" in found.notes[0].text


@pytest.mark.parametrize(
    ("day", "hour", "minute", "days"), [(25, 18, 30, 1), (25, 19, 0, 1), (25, 19, 1, 2), (26, 19, 0, 2)]
)
def test_a_day_late_ends_when_the_clock_says_so(tmp_path: Path, day: int, hour: int, minute: int, days: int) -> None:
    """The night of 25 October has an hour more: due at 20:00, handed in at 20:00 the next day is one day late."""
    when = datetime(2026, 10, day, hour, minute, tzinfo=UTC)  # an hour more by the clock
    found = judged(submission(tmp_path, changed=when), RULES).late

    assert found is not None
    assert (found.days, found.penalty) == (days, float(days))


def test_an_extension_is_one_student_s_own_deadline(tmp_path: Path) -> None:
    """It is in time until then; others keep the assignment's deadline."""
    due = DEADLINE + timedelta(days=3)
    rules = LateRules(deadlines={"hw": DEADLINE}, penalty_per_day=0.1, extensions={"hw": {"s": due}})
    path = submission(tmp_path, changed=due)

    assert judged(path, rules).late is None
    assert late.deadline_of(rules, "hw", "other") == DEADLINE
    assert late.strangers(rules, [("hw", "other")]) == ["s"]
    assert late.strangers(rules, [("hw", "s")]) == late.strangers(rules, [("second", "x")]) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("timezone: Mars", "late.timezone: there is no time zone 'Mars'; write one such as Europe/Berlin"),
        ("extensions: {other: {}}", "late.extensions: there is no assignment 'other'"),
        ("extensions: {doubling: {ben: tomorrow}}", "write a date and a time with its zone, such as 2026-12-01"),
        ("extensions: {doubling: {ben: 2026-12-01T10:00:00}}", "write a date and a time with its zone"),
    ],
)
def test_wrong_rules_are_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    """File, key and what to write."""
    root = small.course(tmp_path)
    page = root / "course.yaml"
    page.write_text(f"{page.read_text()}\nlate:\n  deadlines: {{doubling: 2026-12-01T10:00:00Z}}\n  {text}\n")

    with pytest.raises(CourseError, match=r"course\.yaml") as error:
        load(root)
    assert sentence in str(error.value)
