"""What a student should fix, first things first, and what the notes mean. Nothing here shows a hidden message."""

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.judging.judge import BLAME, PADDING
from autograder.result import CheckResult, ExerciseResult, Result, Verdict, clean
from autograder.sandbox.session import WHOLE_RUN

WORDS = {
    Verdict.PASS: "passed",
    Verdict.WRONG: "wrong",
    Verdict.RAISED: "raised an error",
    Verdict.TIMEOUT: "took too long",
    Verdict.CRASHED: "crashed",
    Verdict.NOT_ATTEMPTED: "not attempted",
    Verdict.SKIPPED: "not tried",
}

_UNSAID = {  # what to say of a hidden check that no known mistake explains
    Verdict.WRONG: "another value came back than this asks for",
    Verdict.RAISED: "it raised an error",
    Verdict.TIMEOUT: "no answer came in time",
    Verdict.CRASHED: "the process that ran it died",
    Verdict.NOT_ATTEMPTED: "there is nothing to check yet",
    Verdict.SKIPPED: "an exercise that it needs has to work first",
}


@dataclass(frozen=True)
class Fix:
    """The first thing to fix in one exercise.

    text: what is wrong: a diagnosis where there is one. detail: a public message that shows it. about: the checks
    that it explains. others: how many more checks of the exercise fail for other reasons. points: to be gained.
    waits: it may well go away by itself, once the exercises before it are fixed.
    """

    exercise: str
    text: str
    detail: str | None
    about: tuple[CheckResult, ...]
    others: int
    points: float
    waits: bool


def fixes(result: Result) -> tuple[Fix, ...]:
    """Return one thing to fix for each exercise that lost points; what waits for others comes last."""
    found = [fix for exercise in result.exercises if (fix := _first(exercise)) is not None]
    return tuple(sorted(found, key=lambda fix: fix.waits))


def headline(result: Result) -> str:
    """Return the first thing that went wrong, in a few words."""
    if result.reason:
        return clean(result.reason)
    first = next(iter(fixes(result)), None)
    if first is None:
        return ""
    return first.text if first.text.startswith(f"{first.exercise} ") else f"{first.exercise}: {first.text}"


def shown_message(check: CheckResult) -> str | None:
    """Return the message of a check where a student may see it: what a hidden check says stays hidden."""
    return clean(check.message) if check.message and not check.hidden else None


def is_blame(diagnosis: str | None) -> bool:
    """Tell whether a diagnosis only points at other exercises."""
    return diagnosis is not None and diagnosis.endswith(BLAME)


def explain(note: str) -> str | None:
    """Say what a note means for the student; None where the note says it all."""
    if note == PADDING:
        return (
            "MXNet fills the last batch up with examples from the start of the data, so these are counted twice. "
            "The lesson does so too, and the difference is small; batch.pad says how many to leave out."
        )
    if note == WHOLE_RUN:
        return (
            "Grading usually takes the functions out of the notebook without running the rest. Keep what they need "
            "in plain definitions, and your notebook is graded faster."
        )
    if " uses " in note:
        return "The library has this ready-made. Here the point is to write it from elementary operations."
    if note.startswith("cell "):
        return "This part of the notebook did not run when it was graded, and none of the exercises needed it."
    return None


def _first(exercise: ExerciseResult) -> Fix | None:
    """Choose what explains most: a diagnosis before none, then by points, then by order."""
    failing = [c for c in exercise.checks if c.verdict is not Verdict.PASS]
    if not failing:
        return None
    groups: dict[str, list[CheckResult]] = {}
    public = [message for c in failing if (message := shown_message(c)) is not None]
    for check in failing:
        groups.setdefault(_why(check, public), []).append(check)
    text, about = min(groups.items(), key=lambda g: (not g[1][0].diagnosis, -sum(c.max_score for c in g[1])))
    details = [m for c in about if (m := shown_message(c)) is not None and m != text]
    return Fix(
        exercise=exercise.name,
        text=text,
        detail=details[0] if details else None,
        about=tuple(about),
        others=len(failing) - len(about),
        points=round(exercise.max_score - exercise.score, 6),
        waits=all(c.verdict is Verdict.SKIPPED or is_blame(c.diagnosis) for c in failing),
    )


def _why(check: CheckResult, public: Sequence[str]) -> str:
    """Say why a check failed; what a hidden one says counts only where a public one says it too."""
    if check.diagnosis:
        return clean(check.diagnosis)
    said = clean(check.message or "")
    same = next((message for message in public if said.endswith(message)), None)
    return shown_message(check) or same or f"{check.title}: {_unsaid(check)}"


def _unsaid(check: CheckResult) -> str:
    return _UNSAID.get(check.verdict, "it does not hold")
