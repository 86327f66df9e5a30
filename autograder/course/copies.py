"""Which of several notebooks counts: a finished copy, where the one of the assignment's name is as it was released."""

from dataclasses import replace
from pathlib import Path

from autograder.course.choosing import Submission, candidates, notebooks
from autograder.course.layouts import same_name
from autograder.course.notebook import InvalidSubmission, read_submission
from autograder.errors import MachineError

Texts = tuple[str, ...]


def finished(submission: Submission, root: Path) -> Submission:
    """Return what counts of a student's folder, with a note where another notebook lies beside it.

    root: the course's folder, whose assignments/ holds what was released.
    """
    path = submission.path
    if submission.problem or submission.fault or submission.inner < 2 or path.suffix.lower() != ".ipynb":
        return submission  # of a folder of files named for students, the others are other students'
    try:
        others = [f for f in notebooks(candidates(path.parent)) if f != path]
    except OSError:
        return submission
    released = _texts(root / "assignments" / submission.assignment / f"{submission.assignment}.ipynb", 1)
    if not others:
        return submission
    if released is None or _texts(path, submission.inner) != released:
        return replace(submission, note=f"graded is {path.name}; beside it lies {_named(others)}")
    done = [f for f in others if (texts := _texts(f, submission.inner)) is not None and texts != released]
    alike = [f for f in done if same_name(f.stem, submission.assignment)]
    for group in (done, alike):
        if len(group) == 1:
            told = f"{path.name} is as it was released: graded is {group[0].name}"
            return replace(submission, path=group[0], note=told)
    if not done:
        return submission
    told = f"{path.name} is as it was released, and which of {_named(done)} is meant cannot be told: hand in one"
    return replace(submission, note=told)


def _texts(path: Path, inner: int) -> Texts | None:
    """Return the code of a notebook; None where it is none."""
    try:
        return tuple(cell.source.strip() for cell in read_submission(path, inner=inner).cells)
    except (InvalidSubmission, MachineError, OSError):
        return None


def _named(files: list[Path]) -> str:
    return ", ".join(f.name for f in files[:5]) + (f" and {len(files) - 5} more" if len(files) > 5 else "")
