"""The self-check of a notebook file: public checks, each call in a process of its own with a deadline.

The same judge as for grades, with the recorded public cases in place of the course's checks. Students run their own
code on their own machine, so nothing is confined but by limits on memory and time.
"""

import ast
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder import mnist, sandbox, training
from autograder.course import Assignment, Course, Exercise, Limits
from autograder.errors import CourseError
from autograder.exam import Exam
from autograder.judge import Judgement, judge
from autograder.notebook import Cell, read_submission
from autograder.slot import Slot
from autograder.student import recorded
from autograder.student.recorded import Recorded, RecordedTraining

DEVICE = "cpu(0)"


@dataclass(frozen=True)
class Bench:
    """A worker server with an assignment's public checks, for any number of looks at a file."""

    slot: Slot
    exam: Exam

    def look(self, path: Path, exercises: Sequence[str] = ()) -> Judgement:
        """Judge the public checks of a file, of some exercises or of all.

        Raises `InvalidSubmission` for a file that is no notebook, `SandboxError` where no worker can be started.
        """
        cells = read_submission(path).cells
        return judge(_only(self.exam, exercises), cells, self.slot, DEVICE)


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """Set up for the assignment whose public cases belong to `folder`. Raises `CourseError`."""
    cases = recorded.find(folder)
    data = mnist.near(folder)
    slot = Slot(sandbox.detect("none"), data)
    slot.launch()  # it imports MXNet while the rest is made ready
    try:
        yield Bench(slot, as_exam(cases, data))
    finally:
        slot.close()


def as_exam(cases: Recorded, data: Path | None) -> Exam:
    """Make an exam of recorded cases. Without data there is no training to judge."""
    items = cases.items
    plan = None
    if cases.training is not None and data is not None:
        plan = _plan(cases.training, data)
    else:
        items = tuple(item for item in items if not cases.needs[item.check.exercise])
    exercises = {}
    for name in cases.exercises:
        points = sum(i.check.points for i in items if i.check.exercise == name)
        if points:
            exercises[name] = Exercise(points=points, needs=cases.needs[name], forbid=cases.forbid.get(name, ()))
    total = sum(e.points for e in exercises.values())
    assignment = Assignment(title=cases.assignment, points=total, exercises=exercises)
    course = Course(
        course="self-check", device="cpu", seed=0, data="", assignments={cases.assignment: assignment}, limits=Limits()
    )
    return Exam(cases.assignment, course, assignment, items, plan)


def fingerprints(exam: Exam, cells: Sequence[Cell]) -> dict[str, str]:
    """Digest, for each exercise, the statements that it needs: what changed between two saves shows in it."""
    from autograder.worker.slicing import plan  # noqa: PLC0415 - imports IPython; only watching needs it

    sliced = plan([(c.index, c.source) for c in cells], exam.functions)
    prints = {
        name: hashlib.sha256(
            "\n".join(ast.dump(sliced.statements[i].node) for i in sorted(chosen)).encode()
        ).hexdigest()
        for name, chosen in sliced.needed.items()
    }
    for name, exercise in exam.assignment.exercises.items():
        if exercise.needs:
            prints[name] = " ".join(prints.get(need, "") for need in exercise.needs)
    return prints


def _only(exam: Exam, exercises: Sequence[str]) -> Exam:
    """Leave out the items of other exercises; the exercises themselves stay, for others may need them."""
    if not exercises:
        return exam
    unknown = [name for name in exercises if name not in exam.assignment.exercises]
    if unknown:
        known = ", ".join(exam.assignment.exercises)
        raise CourseError(f"there is no exercise {unknown[0]!r}; there are: {known}")
    items = tuple(item for item in exam.items if item.check.exercise in exercises)
    return Exam(exam.name, exam.course, exam.assignment, items, exam.plan)


def _plan(run: RecordedTraining, data: Path) -> training.Plan:
    loaded = mnist.load(data)
    test = loaded.test_images.reshape(len(loaded.test_images), -1).astype(np.float64) / 255

    def examine(params: training.Parameters) -> float:
        return float((np.argmax(test @ params[0] + params[1], axis=1) == loaded.test_labels).mean())

    return run.as_plan(measure=None, examine=examine)
