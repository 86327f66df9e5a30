"""The self-check of a notebook file: public checks, each call in a process of its own with a deadline.

The same judge as for grades, with the recorded public cases in place of the course's checks. Students run their own
code on their own machine, so nothing is confined but by limits on memory and time.
"""

import ast
import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.checks import training
from autograder.checks.suite import Suite
from autograder.course import mnist
from autograder.course.notebook import Cell, read_submission
from autograder.errors import CourseError
from autograder.judging.judge import Judgement, judge
from autograder.result import clean
from autograder.sandbox import walls
from autograder.sandbox.server import WorkerServer
from autograder.student import dataset, recorded
from autograder.student.recorded import Recorded, RecordedTraining

DEVICE = "cpu(0)"


@dataclass(frozen=True)
class Bench:
    """A worker server with an assignment's public checks, for any number of looks at a file."""

    server: WorkerServer
    suite: Suite
    untried: dict[str, str] = field(default_factory=dict)  # exercise -> why it cannot be checked here

    def look(self, path: Path, exercises: Sequence[str] = ()) -> Judgement:
        """Judge the public checks of a file, of some exercises or of all.

        Raises `InvalidSubmission` for a file that is no notebook, `MachineError` where no worker can be started.
        """
        cells = read_submission(path).cells
        return judge(_only(self.suite, exercises, self.untried), cells, self.server, DEVICE)


@contextmanager
def bench(place: Path, cases: Recorded | None = None) -> Iterator[Bench]:
    """Set up for the notebook or folder `place`, with its assignment's public cases, or others. Raises `CourseError`.

    Where the data for training are not to be had, the rest is checked; `Bench.untried` says why.
    """
    cases = cases or recorded.find(place)
    data, untried = None, {}
    if cases.training is not None and cases.trains:
        try:
            data, _ = dataset.for_training(cases.training, place if place.is_dir() else place.parent)
        except CourseError as error:
            untried = dict.fromkeys(cases.trains, clean(str(error)))
    server = WorkerServer(walls.detect("none"), data)
    server.launch()  # it imports MXNet while the rest is made ready
    try:
        yield Bench(server, as_exam(cases, data), untried)
    finally:
        server.close()


def as_exam(cases: Recorded, data: Path | None) -> Suite:
    """Make a suite of recorded cases. Without data there is no training to judge."""
    plan = _plan(cases.training, data) if cases.training is not None and data is not None else None
    return recorded.as_suite(cases, plan)


def fingerprints(suite: Suite, cells: Sequence[Cell]) -> dict[str, str]:
    """Digest, for each exercise, the statements that it needs: what changed between two saves shows in it."""
    from autograder.worker.slicing.plan import plan  # noqa: PLC0415 - imports IPython; only watching needs it

    sliced = plan([(c.index, c.source) for c in cells], suite.functions)
    prints = {
        name: hashlib.sha256(
            "\n".join(ast.dump(sliced.statements[i].node) for i in sorted(chosen)).encode()
        ).hexdigest()
        for name, chosen in sliced.needed.items()
    }
    for name in suite.in_order:
        needs = suite.assignment.exercises[name].needs
        if needs:
            own = [prints[name]] if name in prints else []
            prints[name] = " ".join([*own, *(prints.get(need, "") for need in needs)])
    return prints


def _only(suite: Suite, exercises: Sequence[str], untried: Collection[str]) -> Suite:
    """Leave out the items of other exercises; the exercises themselves stay, for others may need them."""
    if not exercises:
        return suite
    unknown = [name for name in exercises if name not in (*suite.assignment.exercises, *untried)]
    if unknown:
        known = ", ".join(suite.assignment.exercises)
        raise CourseError(f"there is no exercise {unknown[0]!r}; there are: {known}")
    items = tuple(item for item in suite.items if item.check.exercise in exercises)
    return replace(suite, items=items)


def _plan(run: RecordedTraining, data: Path) -> training.Plan:
    loaded = mnist.load(data)
    return run.as_plan(measure=None, examine=lambda params: dataset.accuracy(params, loaded))
