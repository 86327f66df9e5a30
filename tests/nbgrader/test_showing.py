"""Facts about the outputs of a grade cell: the score as nbgrader reads it, each check with why, nothing unescaped."""

import base64

import nbformat
import pytest
from nbformat import NotebookNode, v4
from nbgrader.utils import determine_grade

from autograder.nbgrader.showing import outputs
from autograder.result import CheckResult, ExerciseResult, Note, NoteKind, Result, Score, TrainingResult, Verdict

EVIL = '<script>alert(1)</script> & "x"'


def check(verdict: Verdict, score: float, *, hidden: bool = False) -> CheckResult:
    """Return a check whose every text is hostile."""
    name = f"{verdict}{hidden}"
    return CheckResult(
        name=name,
        title=f"title {name} {EVIL}",
        hidden=hidden,
        verdict=verdict,
        score=score,
        max_score=2.0,
        message=f"message {name} {EVIL}",
        diagnosis=f"diagnosis {name} {EVIL}",
    )


def result(name: str, *checks: CheckResult, reason: str | None = None, loss: tuple[float, ...] = ()) -> Result:
    """Return a result of one exercise of 4 points."""
    score = sum(c.score for c in checks)
    exercise = ExerciseResult(name=name, score=score, max_score=4.0, attempted=True, checks=checks)
    score_of_test = Score(name="test accuracy", value=0.9)
    curves = {"loss": tuple(enumerate(loss))}
    training = TrainingResult(steps=9, measures=curves, score=score_of_test) if loss else None
    return Result(
        student="s",
        assignment="hw",
        path="p",
        sha256=None,
        status="invalid" if reason else "graded",
        reason=reason,
        score=score,
        max_score=4.0,
        device="cpu(0)",
        isolation="none",
        grader="0",
        exercises=() if reason else (exercise,),
        notes=(Note(kind=NoteKind.BROKEN_CELL, text=EVIL),),
        training=training,
    )


def grade_cell(shown: list[NotebookNode], points: float = 4.0) -> NotebookNode:
    """Return a grade cell with these outputs."""
    cell = v4.new_code_cell("check()", outputs=shown)
    cell.metadata["nbgrader"] = {"grade": True, "grade_id": "f", "points": points, "solution": False, "locked": True}
    return cell


def texts(shown: list[NotebookNode], kind: str) -> str:
    """Return all that the outputs say in one form."""
    return "\n".join(output.data[kind] for output in shown if kind in output.data)


@pytest.mark.parametrize("scores", [(0.0, 0.0), (2.0, 0.75), (2.0, 2.0), (0.1, 0.2)])
def test_nbgrader_reads_the_judged_score(scores: tuple[float, float]) -> None:
    """The score that nbgrader finds is the sum of the checks, partial credit included, and zero where that is zero."""
    shown = outputs(result("f", *(check(Verdict.PASS, s) for s in scores)), "f", 4.0)

    assert determine_grade(grade_cell(shown)) == (sum(scores), 4.0)
    nbformat.validate(v4.new_notebook(cells=[grade_cell(shown)]))


def test_a_sum_that_rounding_has_raised_is_not_refused() -> None:
    """nbgrader refuses more than full points: a sum above them by an ulp counts as full."""
    shown = outputs(result("f", check(Verdict.PASS, 0.1), check(Verdict.PASS, 0.2)), "f", 0.3)

    assert determine_grade(grade_cell(shown, 0.3)) == (0.3, 0.3)


def test_a_cell_without_a_result_has_zero_and_says_why() -> None:
    """What is invalid, or was not judged, has zero: never the full points that nbgrader gives for no output."""
    shown = outputs(result("f", reason=f"The file is empty {EVIL}"), "f", 4.0)

    assert determine_grade(grade_cell(shown)) == (0.0, 4.0)
    assert "The file is empty" in texts(shown, "text/html")
    assert determine_grade(grade_cell(outputs(result("f"), "other", 4.0))) == (0.0, 4.0)


def test_each_check_is_shown_with_verdict_diagnosis_and_message() -> None:
    """A public check shows all that is known; both HTML and text do."""
    shown = outputs(result("f", check(Verdict.WRONG, 0.0)), "f", 4.0)

    for kind in ("text/html", "text/plain"):
        for part in (
            "wrong",
            "title wrongFalse",
            "diagnosis wrongFalse",
            "message wrongFalse",
            "0 of 2",
            "0 of 4 points",
        ):
            assert part in texts(shown, kind)


def test_a_hidden_check_shows_no_message() -> None:
    """What a hidden check quotes stays hidden; its title and diagnosis are shown."""
    shown = outputs(result("f", check(Verdict.WRONG, 0.0, hidden=True)), "f", 4.0)

    for kind in ("text/html", "text/plain"):
        assert "message" not in texts(shown, kind)
        assert "diagnosis wrongTrue" in texts(shown, kind)


@pytest.mark.parametrize("reason", [None, EVIL])
def test_all_text_is_escaped(reason: str | None) -> None:
    """No tag of a submission's text reaches the page."""
    found = result("training", check(Verdict.WRONG, 0.0), check(Verdict.PASS, 2.0, hidden=True), reason=reason)
    html = texts(outputs(found, "training", 4.0), "text/html")

    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;" in html


def test_training_shows_its_loss_as_a_small_picture_with_words() -> None:
    """The training cell has a PNG of some 20 kB at most, and says in words what it shows; other cells have none."""
    found = result("training", check(Verdict.PASS, 2.0), loss=(2.5, 1.0, 0.25))
    (picture,) = [output for output in outputs(found, "training", 4.0) if "image/png" in output.data]
    raw = base64.b64decode(picture.data["image/png"])

    assert raw.startswith(b"\x89PNG")
    assert len(raw) < 20_000
    assert picture.metadata["image/png"]["alt"] == "Training loss over 9 steps: from 2.50 to 0.25"
    assert "test accuracy: 0.9000" in texts(outputs(found, "training", 4.0), "text/plain")
    assert not any("image/png" in output.data for output in outputs(found, "f", 4.0))


def test_the_same_result_gives_the_same_bytes() -> None:
    """Grading twice gives the same notebook, the picture included."""
    found = result("training", check(Verdict.PASS, 2.0), loss=(2.5, 1.0))

    assert outputs(found, "training", 4.0) == outputs(found, "training", 4.0)
