"""Results made by hand, among them hostile ones, and what tests of reports read them back with."""

from html.parser import HTMLParser

import msgspec
import numpy as np

from autograder.report.background import Background
from autograder.result import (
    CheckResult,
    ExerciseResult,
    Late,
    Note,
    NoteKind,
    Reference,
    Result,
    Score,
    Seconds,
    TrainingResult,
    Verdict,
)

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://x.example","y")'
BIDI = "\u202eexe.gnp\u2066\u200f\x1b[31m"
SECRET = "expected 0.123456789"
COLUMNS = "normalised down the columns instead of along each row"

BACKGROUND = Background(
    course="Deep learning from scratch",
    titles={"softmax_regression": "Softmax regression"},
    images=np.arange(12 * 784, dtype=np.uint8).reshape(12, 28, 28),
)


def a_check(verdict: Verdict = Verdict.PASS, **changes: object) -> CheckResult:
    """A public check of one point."""
    usual: dict[str, object] = {
        "name": "rows",
        "title": "Each row is a distribution",
        "hidden": False,
        "verdict": verdict,
        "score": 1.0 if verdict is Verdict.PASS else 0.0,
        "max_score": 1.0,
        "message": None if verdict is Verdict.PASS else "3 of 4 values differ",
    }
    return CheckResult(**(usual | changes))  # type: ignore[arg-type]


def an_exercise(name: str, *checks: CheckResult) -> ExerciseResult:
    """An exercise with these checks."""
    return ExerciseResult(
        name=name,
        score=sum(c.score for c in checks),
        max_score=sum(c.max_score for c in checks),
        attempted=any(c.verdict not in (Verdict.NOT_ATTEMPTED, Verdict.SKIPPED) for c in checks),
        checks=checks,
    )


TRAINING = TrainingResult(
    steps=300,
    measures={"loss": ((0, 2.31), (1, 1.9), (300, 0.32))},
    score=Score(name="test accuracy", value=0.9131, at_least=0.88),
    references={"loss": Reference(curve=((0, 2.31), (1, 1.91), (300, 0.318)), band=0.02)},
    confusion=((90, 0, 10), (1, 95, 4), (0, 3, 97)),
    examples=((5, 0, 2), (7, 1, 2)),
)


def a_result(student: str = "ada", *exercises: ExerciseResult, **changes: object) -> Result:
    """A graded submission; without exercises given, one that passes everything."""
    shown = exercises or (an_exercise("softmax", a_check(), a_check(name="large", title="Large logits", hidden=True)),)
    usual: dict[str, object] = {
        "student": student,
        "assignment": "softmax_regression",
        "path": f"submitted/{student}/softmax_regression/softmax_regression.ipynb",
        "sha256": "ab" * 32,
        "status": "graded",
        "score": sum(e.score for e in shown),
        "max_score": sum(e.max_score for e in shown),
        "device": "cpu(0)",
        "isolation": "bubblewrap+landlock+seccomp",
        "grader": "0.1.0",
        "exercises": shown,
        "seconds": Seconds(importing=0.1, checks=0.2, training=0.7),
    }
    return Result(**(usual | changes))  # type: ignore[arg-type]


def wrong(student: str, diagnosis: str | None = COLUMNS, message: str = "3 of 4 values differ") -> Result:
    """A submission whose public and hidden checks fail alike; the hidden message quotes a hidden input."""
    public = a_check(Verdict.WRONG, diagnosis=diagnosis, message=message)
    hidden = a_check(
        Verdict.WRONG, name="large", title="Large logits", hidden=True, diagnosis=diagnosis, message=SECRET
    )
    return a_result(student, an_exercise("softmax", public, hidden), an_exercise("SGD", a_check(name="steps")))


PASSED = a_result("ada", training=TRAINING)
WRONG = wrong("grace")
LATE = a_result("larry", late=Late(hours=30.0, days=2, penalty=0.4, score=1.6))
INVALID = a_result("nina", status="invalid", reason="The file is a PDF.", score=0.0, max_score=2.0, exercises=())
UNGRADED = a_result("uma", status="ungraded", reason="the worker ended", score=None, max_score=2.0, exercises=())
HOSTILE = msgspec.structs.replace(
    wrong(SCRIPT + BIDI, diagnosis=None, message=f'{SCRIPT}"{BIDI}'),
    notes=(
        Note(kind=NoteKind.BROKEN_CELL, text=SCRIPT),
        Note(kind=NoteKind.USES, exercise="softmax", text="softmax uses mxnet.nd.softmax"),
    ),
    reason=None,
)
CLASS = (PASSED, WRONG, LATE, INVALID, UNGRADED, HOSTILE, wrong(FORMULA))


class Page(HTMLParser):
    """A page as elements: `found` holds (tag, attributes); `text` is what a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.stray: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))
        if tag in ("p", "div", "dt", "dd", "li", "td", "th", "h1", "h2", "h3", "caption"):
            self.text += " "  # a new line to the eye
        if tag not in ("meta", "br", "img", "input", "wbr"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself, as SVG's do."""
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close an element; one that does not match what is open is stray."""
        if not self.open or self.open.pop() != tag:
            self.stray.append(tag)

    def handle_data(self, data: str) -> None:
        """Note text that is no style and no script."""
        if not {"style", "script"} & set(self.open):
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of one kind."""
        return [attrs for name, attrs in self.found if name == tag]
