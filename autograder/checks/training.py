"""Training, judged from parameters: the judge draws the start and the order, computes the path that following the
gradient gives, and compares the parameters that a worker sends with it. No reported loss or accuracy counts.

Parameters that are not on the path earn nothing, however well they classify: pasted weights are not training.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from autograder import wire
from autograder.asking import Answer, NoAnswer, Outcome
from autograder.checks import reference as references
from autograder.checks.expectations import Mismatch
from autograder.course.mnist import Mnist
from autograder.course.settings import Training as Settings
from autograder.errors import CourseError
from autograder.result import Curve, Reference, Score, TrainingResult

LOSS_EXAMPLES = 10_000  # training examples on which the loss is computed
LATER_SNAPSHOTS = 6
ROLES = ("softmax", "cross_entropy", "SGD")  # activation, loss and optimizer of the training loop
MISREAD = 8  # mix-ups of which an example is kept

UNFINISHED = Mismatch("training", "the training did not reach its end")

Parameters = references.Parameters
Ask = Callable[[wire.Request, list[wire.Array], float], Outcome]


@dataclass(frozen=True)
class Snapshot:
    """The reference's parameters and loss after `step` steps."""

    step: int
    params: Parameters
    loss: float


@dataclass(frozen=True)
class Reading:
    """How parameters read the test images: `confusion[label][read as]`, and one `(index, label, read as)` a mix-up."""

    confusion: tuple[tuple[int, ...], ...]
    misread: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Plan:
    """One training run, the same for every submission of a course.

    start: weights `(pixels, classes)` and bias `(classes,)`, float32.
    order: `(steps, batch)` int32 indices of training images.
    snapshots: the reference's path, at each of the first steps and some later ones; the last is the end.
    """

    settings: Settings
    start: tuple[NDArray[np.float32], NDArray[np.float32]]
    order: NDArray[np.int32]
    first_loss: float
    snapshots: tuple[Snapshot, ...]
    test_accuracy: float
    measure: Callable[[Parameters], float] | None  # None: no loss is computed, being on the path is enough
    examine: Callable[[Parameters], float]
    read: Callable[[Parameters], Reading] | None = None  # None: nobody wants to see more than the accuracy


@dataclass(frozen=True)
class Run:
    """What a submission's training came to. `off` is the largest relative distance from the path at each snapshot."""

    steps: int
    loss: tuple[tuple[int, float], ...]
    off: tuple[float, ...]
    test_accuracy: float | None = None  # None: the run did not reach its end on the path
    left: Mismatch | None = None
    stopped: NoAnswer | wire.Raised | None = None
    reading: Reading | None = None


def plan(settings: Settings, data: Mnist, reference: ModuleType, rng: Generator) -> Plan:
    """Draw the start and the order, and compute the reference's path (some 0.3 s for an epoch of MNIST).

    Raises `CourseError` for a reference that nobody could be judged by.
    """
    judge = references.held(reference)
    images = data.train_images.reshape(len(data.train_images), -1).astype(np.float32) / 255
    test = data.test_images.reshape(len(data.test_images), -1).astype(np.float64) / 255
    classes = int(data.train_labels.max()) + 1
    require_steps(settings, len(images))
    order, weights, bias = draw(settings, images.shape, classes, rng)
    some = np.asarray(images[:LOSS_EXAMPLES], np.float64)

    def measure(params: Parameters) -> float:
        return judge.mean_loss(*params, some, data.train_labels[:LOSS_EXAMPLES])

    def examine(params: Parameters) -> float:
        return float((judge.predictions(test, *params) == data.test_labels).mean())

    def read(params: Parameters) -> Reading:
        return reading(data.test_labels, judge.predictions(test, *params), classes)

    start: Parameters = (weights.astype(np.float64), bias.astype(np.float64))
    wanted = set(_cuts(settings, len(order), rng))
    path = enumerate(judge.path(*start, images, data.train_labels, order, settings.lr), start=1)
    snapshots = tuple(Snapshot(step, params, measure(params)) for step, params in path if step in wanted)
    judge.require_reachable(start, [(0, start, measure(start)), *((s.step, s.params, s.loss) for s in snapshots)])
    return Plan(
        settings=settings,
        start=(weights, bias),
        order=order,
        first_loss=measure(start),
        snapshots=snapshots,
        test_accuracy=examine(snapshots[-1].params),
        measure=measure,
        examine=examine,
        read=read,
    )


def require_steps(settings: Settings, examples: int) -> None:
    """Refuse training that is too short to look at. Raises `CourseError`."""
    steps = examples // settings.batch_size * settings.epochs
    least = settings.followed_steps + LATER_SNAPSHOTS
    if steps < least:
        raise CourseError(
            f"course.yaml: training: {settings.epochs} epochs of batches of {settings.batch_size} are "
            f"{steps} steps, and at least {least} are needed: make batch_size smaller"
        )


def draw(
    settings: Settings, shape: tuple[int, ...], classes: int, rng: Generator
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]:
    """Draw the order `(steps, batch)` of images of `shape` `(n, pixels)`, and the initial weights and bias."""
    count, pixels = shape
    steps = count // settings.batch_size
    epochs = [rng.permutation(count)[: steps * settings.batch_size] for _ in range(settings.epochs)]
    order = np.concatenate(epochs).reshape(-1, settings.batch_size).astype(np.int32)
    weights = rng.normal(0, settings.initial_scale, (pixels, classes)).astype(np.float32)
    return order, weights, np.zeros(classes, np.float32)


def run(plan: Plan, roles: tuple[str, str, str], ask: Ask) -> Run:
    """Train with a submission's functions (activation, loss, optimizer), a stretch at a time, until it is decided.

    `ask` makes one request of the worker with a deadline in seconds.
    """
    activation, loss, optimizer = roles
    lr = plan.settings.lr
    begin = wire.TrainStart(activation=activation, loss=loss, optimizer=optimizer, lr=lr)
    outcome = ask(begin, list(plan.start), 10.0)
    losses = [(0, plan.first_loss)]
    off: list[float] = []
    done = 0
    last: Parameters = plan.snapshots[-1].params
    for snapshot in plan.snapshots:
        stopped = _stopped(outcome)
        if stopped is None:
            outcome = ask(wire.TrainSteps(), [plan.order[done : snapshot.step]], 60.0)
            stopped = _stopped(outcome)
        if stopped is not None or not isinstance(outcome, Answer):
            return Run(done, tuple(losses), tuple(off), stopped=stopped)
        params = _parameters(outcome, plan)
        if params is None:
            fallen = NoAnswer("crashed", "the parameters that came back have other shapes")
            return Run(done, tuple(losses), tuple(off), stopped=fallen)
        done, last = snapshot.step, params
        off.append(_distance(params, snapshot.params, plan.start))
        left = _left(plan, snapshot, params, off[-1])
        if plan.measure is not None:
            with suppress(*([CourseError] if left is not None else [])):  # off the path, no reference need have a loss
                losses.append((done, plan.measure(params)))
        if left is not None:
            return Run(done, tuple(losses), tuple(off), left=left)
    found = plan.read(last) if plan.read is not None else None
    return Run(done, tuple(losses), tuple(off), plan.examine(last), reading=found)


def reading(labels: NDArray[Any], predicted: NDArray[Any], classes: int) -> Reading:
    """Count what `labels` `(n,)` were read as, and take the first image of each of the commonest mix-ups."""
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (labels, predicted), 1)
    mixups = [
        (int(confusion[i, j]), i, j) for i in range(classes) for j in range(classes) if i != j and confusion[i, j]
    ]
    commonest = sorted(mixups, key=lambda m: (-m[0], m[1], m[2]))[:MISREAD]
    misread = tuple((int(np.argmax((labels == i) & (predicted == j))), i, j) for _, i, j in commonest)
    return Reading(tuple(tuple(int(n) for n in row) for row in confusion), misread)


def result(plan: Plan, run: Run) -> TrainingResult:
    """Return what reports show of a run, beside what the reference gives."""
    reading = run.reading or Reading((), ())
    reference: Curve = ((0, plan.first_loss), *((s.step, s.loss) for s in plan.snapshots))
    least = plan.settings.min_test_accuracy
    return TrainingResult(
        steps=run.steps,
        measures={"loss": tuple((step, round(value, 6)) for step, value in run.loss if isfinite(value))},
        score=Score(name="test accuracy", value=run.test_accuracy, at_least=least),
        references={
            "loss": Reference(curve=tuple((s, round(v, 6)) for s, v in reference), band=plan.settings.loss_band)
        },
        confusion=reading.confusion,
        examples=reading.misread,
    )


def trajectory(plan: Plan, run: Run) -> Mismatch | None:
    """Judge the first steps, one by one."""
    if run.stopped is not None:
        return UNFINISHED
    if run.left is not None and len(run.off) <= plan.settings.followed_steps:
        return run.left
    return None


def convergence(plan: Plan, run: Run) -> Mismatch | None:
    """Judge the loss on training data at each snapshot, to the end."""
    if run.left is not None or run.stopped is not None:
        return run.left or UNFINISHED
    if plan.measure is None:
        return None
    for (step, loss), snapshot in zip(run.loss[1:], plan.snapshots, strict=True):
        if not abs(loss - snapshot.loss) <= plan.settings.loss_band * snapshot.loss:
            return Mismatch(
                "training", f"after {step} steps the training loss is {loss:.4f}, the reference's {snapshot.loss:.4f}"
            )
    return None


def test_accuracy(plan: Plan, run: Run) -> Mismatch | None:
    """Judge the share of the held-out test images that the final parameters classify."""
    if run.left is not None or run.test_accuracy is None:
        return run.left or UNFINISHED
    if run.test_accuracy < plan.settings.min_test_accuracy:
        return Mismatch(
            "training",
            f"{run.test_accuracy:.4f} of the test images are right; at least {plan.settings.min_test_accuracy} asked",
        )
    return None


ASPECTS = {"trajectory": trajectory, "convergence": convergence, "test_accuracy": test_accuracy}


def _cuts(settings: Settings, steps: int, rng: Generator) -> list[int]:
    """Choose after which steps to look: each of the first, some that nobody can foresee, and the last."""
    first = range(1, settings.followed_steps + 1)
    later = rng.choice(np.arange(settings.followed_steps + 1, steps), LATER_SNAPSHOTS - 1, replace=False)
    return sorted({*first, *(int(c) for c in later), steps})


def _stopped(outcome: Outcome) -> NoAnswer | wire.Raised | None:
    if isinstance(outcome, NoAnswer):
        return outcome
    if isinstance(outcome.reply, wire.Raised):
        return outcome.reply
    if not isinstance(outcome.reply, wire.Returned):
        return NoAnswer("crashed", "the process answered something else than was asked")
    return None


def _parameters(outcome: Answer, plan: Plan) -> Parameters | None:
    if [a.shape for a in outcome.arrays] != [a.shape for a in plan.start]:
        return None
    if any(a.dtype.kind != "f" for a in outcome.arrays):
        return None
    weights, bias = (a.astype(np.float64) for a in outcome.arrays)
    return weights, bias


def _distance(params: Parameters, right: Parameters, start: tuple[NDArray[np.float32], ...]) -> float:
    """Return max over the parameters of |moved - should have moved| / |should have moved|; NaN counts as infinite."""
    off = 0.0
    with np.errstate(all="ignore"):
        for got, want, origin in zip(params, right, start, strict=True):
            apart = float(np.linalg.norm(got - want) / np.linalg.norm(want - origin))
            off = max(off, apart if np.isfinite(apart) else np.inf)
    return off


def _left(plan: Plan, snapshot: Snapshot, params: Parameters, off: float) -> Mismatch | None:
    settings = plan.settings
    first = snapshot.step <= settings.followed_steps
    allowed = settings.step_tolerance if first else settings.path_tolerance
    if off <= allowed:
        return None
    where = f"after step {snapshot.step} the parameters are not where following the gradient leads"
    return Mismatch("training", f"{where}: {_compared(params, snapshot, plan, off)}")


def _compared(params: Parameters, snapshot: Snapshot, plan: Plan, off: float) -> str:
    """Put the difference into words: not moved, the right direction but another length, or off the path."""
    moved = [np.ravel(p - s) for p, s in zip(params, plan.start, strict=True)]
    right = [np.ravel(r - s) for r, s in zip(snapshot.params, plan.start, strict=True)]
    if not all(np.isfinite(m).all() for m in moved):
        return "they are not finite"
    if not any(m.any() for m in moved):
        return "they have not moved at all"
    got, want = np.concatenate(moved), np.concatenate(right)
    with np.errstate(all="ignore"):  # parameters may be as large as floats go
        scale = float(got @ want / (want @ want))
        if np.linalg.norm(got - scale * want) <= 0.01 * np.linalg.norm(scale * want) < np.inf:
            return f"the direction is right, but they moved {scale:.4g} times as far"
    return f"they are off by {min(off, 1e6):.1%} of the distance they should have moved"
