"""What a student should fix, first things first, and what the notes mean. Nothing here shows a hidden message."""

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.result import CheckResult, ExerciseResult, NoteKind, Result, Verdict, clean

WORDS = {
    Verdict.PASS: "passed",
    Verdict.WRONG: "wrong",
    Verdict.RAISED: "raised an error",
    Verdict.TIMEOUT: "took too long",
    Verdict.CRASHED: "crashed",
    Verdict.NOT_ATTEMPTED: "not attempted",
    Verdict.SKIPPED: "not tried",
}

# What a note means for the student, by its kind; a kind that is not here says it all.
EXPLAINED = {
    NoteKind.PADDING: "MXNet fills the last batch up with examples from the start of the data, so these are counted "
    "twice. The difference is small; batch.pad says how many to leave out.",
    NoteKind.WHOLE_RUN: "Grading usually takes the functions out of the notebook without running the rest. Keep what "
    "they need in plain definitions, and your notebook is graded faster.",
    NoteKind.USES: "The library has this ready-made. Here the point is to write it from elementary operations.",
    NoteKind.BROKEN_CELL: "This part of the notebook did not run when it was graded, and none of the exercises "
    "needed it.",
    NoteKind.READING: "It cost nothing; put it right in the notebook all the same, for it will not run there as it is.",
    NoteKind.CHOICE: "Hand in one notebook, called as the assignment is: then nobody has to choose.",
    NoteKind.OVERRIDE: "These points count; the checks are shown as they were judged.",
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


def score_names(results: Sequence[Result]) -> list[str]:
    """Return the names of all scores of training, each once."""
    return list(dict.fromkeys(r.training.score.name for r in results if r.training is not None))


def score_of(result: Result, name: str) -> float | None:
    """Return the score of that name, where the result has one."""
    score = result.training.score if result.training is not None else None
    return score.value if score is not None and score.name == name else None


def heading(name: str) -> str:
    """Begin a name with a capital letter."""
    return name[:1].upper() + name[1:]


def _first(exercise: ExerciseResult) -> Fix | None:
    """Choose what explains most: a diagnosis before none, then by points, then by order."""
    failing = [c for c in exercise.checks if c.verdict is not Verdict.PASS]
    if not failing:
        return None
    groups: dict[str, list[CheckResult]] = {}
    public = [c for c in failing if shown_message(c) is not None]
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
        waits=all(c.verdict is Verdict.SKIPPED or bool(c.blames) for c in failing),
    )


def _why(check: CheckResult, public: Sequence[CheckResult]) -> str:
    """Say why a check failed; what a hidden one says counts only where a public one has the same fault."""
    if check.diagnosis:
        return clean(check.diagnosis)
    same = next((shown_message(other) for other in public if _alike(check, other)), None)
    return shown_message(check) or same or f"{check.title}: {_unsaid(check)}"


def _alike(check: CheckResult, other: CheckResult) -> bool:
    """Tell whether two checks of one exercise fail for one reason: what kills a process, or keeps it, is the same."""
    ended = check.verdict in (Verdict.TIMEOUT, Verdict.CRASHED)
    return check.verdict is other.verdict and (ended or check.message == other.message)


def _unsaid(check: CheckResult) -> str:
    return _UNSAID.get(check.verdict, "it does not hold")
