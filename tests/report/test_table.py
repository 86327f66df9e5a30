"""The class table in the terminal: every number where it belongs, and no text that is more than text."""

import io

import msgspec
import pytest
from rich.console import Console

from autograder.report.table import class_table, summary
from autograder.result import CheckResult, ExerciseResult, Result, Score, Seconds, TrainingResult, Verdict


def result(student: str = "s", **changes: object) -> Result:
    """Make a result of two exercises, one of them not attempted."""
    check = CheckResult(name="c", title="C", hidden=False, verdict=Verdict.WRONG, score=1.5, max_score=4.0, message="m")
    idle = CheckResult(
        name="d", title="D", hidden=False, verdict=Verdict.NOT_ATTEMPTED, score=0.0, max_score=4.0, message="blank"
    )
    made = Result(
        student=student,
        assignment="a",
        path="p",
        sha256=None,
        status="graded",
        score=1.5,
        max_score=8.0,
        device="cpu(0)",
        isolation="none",
        grader="0",
        exercises=(
            ExerciseResult(name="first", score=1.5, max_score=4.0, attempted=True, checks=(check,)),
            ExerciseResult(name="second", score=0.0, max_score=4.0, attempted=False, checks=(idle,)),
        ),
        training=TrainingResult(steps=1, measures={}, score=Score(name="R²", value=0.91234)),
        seconds=Seconds(importing=0.25, checks=1.0, training=2.0),
    )
    return msgspec.structs.replace(made, **changes)


UNGRADED = {"status": "ungraded", "score": None, "reason": "no server", "exercises": (), "training": None}


def printed(*results: Result) -> str:
    """Print the table as a log would hold it."""
    console = Console(file=io.StringIO(), width=160, color_system=None)
    console.print(class_table(results))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def row(text: str, student: str) -> list[str]:
    """Return the cells of a student's row."""
    (line,) = [line for line in text.splitlines() if f" {student} " in line]
    return [cell.strip() for cell in line.strip("│ ").split("│")]


def test_a_row_holds_points_accuracy_and_seconds() -> None:
    """An exercise that was not attempted is a dash."""
    assert row(printed(result("alice")), "alice")[:6] == ["alice", "1.5/4", "-", "1.5/8", "0.9123", "3.2"]


def test_what_has_no_score_says_so() -> None:
    """Ungraded is a word, not a zero; the reason stands beside it; exercises it lacks are dashes."""
    cells = row(printed(result("alice"), result("bob", **UNGRADED)), "bob")
    assert cells == ["bob", "-", "-", "ungraded", "-", "3.2", "no server"]


@pytest.mark.parametrize("name", ["[red]x[/red]", "[/]", "[link=file:///]x", "\\[x", ":smiley:"])
def test_names_and_reasons_are_never_markup(name: str) -> None:
    """Whatever a folder is called, it is printed as it is."""
    text = printed(result(name, **{**UNGRADED, "reason": f"why {name}"}))
    assert text.count(name) == 2


def test_a_class_of_none_is_an_empty_table() -> None:
    """No rows, no error."""
    assert "student" in printed()


def test_the_summary_counts_and_averages_what_was_graded() -> None:
    """Ungraded submissions have no part in the mean; invalid ones count as zero."""
    good, bad = result(score=8.0), result(score=0.0, status="invalid")
    ungraded = result(**UNGRADED)
    assert summary([good]) == "1 graded; mean 100 %, median 100 %."
    assert summary([good, good, bad, ungraded]) == "2 graded, 1 invalid, 1 ungraded; mean 67 %, median 100 %."
    assert summary([ungraded]) == "1 ungraded."
