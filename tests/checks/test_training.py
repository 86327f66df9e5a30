"""Training judged from parameters: following the gradient passes, and nothing else does, however well it classifies."""

import dataclasses
import warnings
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from autograder import wire
from autograder.checks import suite, training
from autograder.checks.expectations import Mismatch
from autograder.checks.suite import Suite
from autograder.course import mnist
from autograder.course.mnist import Mnist
from autograder.course.settings import Course
from autograder.sandbox.server import Answer, NoAnswer, Outcome
from tests.making import ASSIGNMENT

ROOT = Path(__file__).parents[2]
ROLES = ("softmax", "cross_entropy", "SGD")
Params = list[wire.Array]
Step = Callable[[int, Params, Params], Params]  # number of the step, parameters, gradients -> parameters


@dataclasses.dataclass
class Worker:
    """A worker that trains in float32 NumPy; `step` is what its SGD does, `guard` stands inside its logarithm."""

    data: Mnist
    step: Step
    guard: float = 0.0
    taken: int = 0
    asked: list[wire.Request] = dataclasses.field(default_factory=list)
    params: Params = dataclasses.field(default_factory=list)
    answer: Callable[["Worker"], Outcome] | None = None  # instead of the parameters, after some steps

    def __call__(self, request: wire.Request, arrays: list[wire.Array], _seconds: float) -> Outcome:
        """Answer one request."""
        self.asked.append(request)
        if isinstance(request, wire.TrainStart):
            self.params = [a.copy() for a in arrays]
        else:
            for batch in arrays[0]:
                self.taken += 1
                self.params = self.step(self.taken, self.params, self._gradients(batch))
        if self.answer is not None:
            return self.answer(self)
        return Answer(wire.Returned(), [p.copy() for p in self.params])

    def _gradients(self, batch: wire.Array) -> Params:
        weights, bias = self.params
        x = self.data.train_images[batch].reshape(len(batch), -1).astype(np.float32) / np.float32(255)
        y = np.eye(10, dtype=np.float32)[self.data.train_labels[batch]]
        scores = x @ weights + bias
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        head = -y / (p + np.float32(self.guard)) if self.guard else -y / np.maximum(p, np.float32(1e-30))
        error = p * (head - (p * head).sum(axis=1, keepdims=True))
        return [x.T @ error, error.sum(axis=0)]


def sgd(lr: float) -> Step:
    """Step down the gradient."""
    return lambda _i, params, grads: [p - np.float32(lr) * g for p, g in zip(params, grads, strict=True)]


@pytest.fixture(scope="module")
def plan(the_suite: Suite) -> training.Plan:
    """The plan of the shipped course."""
    assert the_suite.plan is not None
    return the_suite.plan


@pytest.fixture(scope="module")
def data(the_course: Course) -> Mnist:
    """MNIST."""
    return mnist.load(ROOT / the_course.data)


def judged(plan: training.Plan, worker: Worker) -> tuple[training.Run, list[Mismatch | None]]:
    """Train, and judge the three aspects in their order."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = training.run(plan, ROLES, worker)
        return run, [aspect(plan, run) for aspect in training.ASPECTS.values()]


# --- right ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guard", [0.0, 1e-6, 1e-12])
def test_following_the_gradient_passes(plan: training.Plan, data: Mnist, guard: float) -> None:
    """In float32, with a guard in the logarithm or none, far within both tolerances; 1e-6 is as much as may be."""
    run, found = judged(plan, Worker(data, sgd(plan.settings.lr), guard))
    assert found == [None, None, None]
    assert run.steps == len(plan.order) == 300
    assert max(run.off[: plan.settings.followed_steps]) < plan.settings.step_tolerance / 20
    assert max(run.off) < plan.settings.path_tolerance / (3 if guard == 1e-6 else 20)
    assert run.test_accuracy == pytest.approx(plan.test_accuracy, abs=0.001)
    assert [s for s, _ in run.loss] == [0, *(s.step for s in plan.snapshots)]


def test_the_plan_looks_at_each_first_step_at_some_later_ones_and_at_the_last(plan: training.Plan) -> None:
    """And takes every training image at most once in an epoch."""
    steps = [s.step for s in plan.snapshots]
    assert steps[:8] == list(range(1, 9))
    assert steps == sorted(set(steps))
    assert (len(steps), steps[-1]) == (14, 300)
    assert len(np.unique(plan.order)) == plan.order.size == 60_000
    assert plan.start[0].shape == (784, 10)
    assert plan.start[0].dtype == plan.start[1].dtype == np.float32
    assert not plan.start[1].any()
    assert plan.start[0].std() == pytest.approx(0.01, rel=0.02)


def test_the_reference_learns(plan: training.Plan) -> None:
    """Its loss falls, and the minimum asked for lies well below what it reaches."""
    losses = [plan.first_loss, *(s.loss for s in plan.snapshots)]
    assert losses[0] == pytest.approx(np.log(10), abs=0.15)
    assert losses[-1] < 0.35
    assert plan.test_accuracy - plan.settings.min_test_accuracy > 0.005


# --- wrong ------------------------------------------------------------------------------------------------------


def momentum(lr: float) -> Step:
    """Keep nine tenths of the last step."""
    kept: Params = []

    def step(_i: int, params: Params, grads: Params) -> Params:
        kept[:] = [0.9 * v + g for v, g in zip(kept or [0 * g for g in grads], grads, strict=True)]
        return [p - np.float32(lr) * v for p, v in zip(params, kept, strict=True)]

    return step


def after(first: int, then: Step, before: Step) -> Step:
    """Do something else from step `first` on."""
    return lambda i, params, grads: (then if i >= first else before)(i, params, grads)


def only(which: int, lr: float) -> Step:
    """Update one of the two parameters."""
    return lambda _i, params, grads: [
        p - np.float32(lr) * g if j == which else p for j, (p, g) in enumerate(zip(params, grads, strict=True))
    ]


def pasted(plan: training.Plan) -> Step:
    """Hand in the reference's own final weights, which classify very well."""
    end = [np.asarray(p, np.float32) for p in plan.snapshots[-1].params]
    return lambda _i, _params, _grads: end


def frozen(_i: int, params: Params, _grads: Params) -> Params:
    """Do nothing."""
    return params


def nan(_i: int, params: Params, _grads: Params) -> Params:
    """Overflow."""
    return [np.full_like(p, np.nan) for p in params]


def huge(_i: int, params: Params, _grads: Params) -> Params:
    """Diverge as far as floats go."""
    return [np.full(p.shape, 1e300) for p in params]


def decayed(lr: float, decay: float) -> Step:
    """Shrink the parameters by a part of themselves, too."""
    return lambda _i, params, grads: [
        p - np.float32(lr) * (g + np.float32(decay) * p) for p, g in zip(params, grads, strict=True)
    ]


Wrong = Callable[[training.Plan], Step]
OFF_AT_ONCE: dict[str, tuple[Wrong, int, str]] = {
    "twice the rate": (lambda p: sgd(2 * p.settings.lr), 1, "direction is right, but they moved 2 times as far"),
    "the mean of the batch": (lambda p: sgd(p.settings.lr / 200), 1, "they moved 0.005 times as far"),
    "one per cent more": (lambda p: sgd(1.01 * p.settings.lr), 1, "they moved 1.01 times as far"),
    "up the gradient": (lambda p: sgd(-p.settings.lr), 1, "they moved -1 times as far"),
    "momentum": (lambda p: momentum(p.settings.lr), 2, "they are off by "),
    "nothing": (lambda _p: frozen, 1, "they have not moved at all"),
    "only the bias": (lambda p: only(1, p.settings.lr), 1, "they are off by 100.0% of the distance"),
    "only the weights": (lambda p: only(0, p.settings.lr), 1, "they are off by 100.0% of the distance"),
    "NaN": (lambda _p: nan, 1, "they are not finite"),
    "as large as floats go": (lambda _p: huge, 1, "they are off by 100000000.0% of the distance"),
    "trained weights at once": (pasted, 1, "times as far|they are off by"),
    "trained weights at step 5": (lambda p: after(5, pasted(p), sgd(p.settings.lr)), 5, "they are off by"),
    "weight decay of 0.1 in 200": (lambda p: decayed(p.settings.lr, 0.1 * 200), 1, "they are off by"),
}


@pytest.mark.parametrize(("wrong", "at", "said"), OFF_AT_ONCE.values(), ids=OFF_AT_ONCE.keys())
def test_leaving_the_path_in_the_first_steps_earns_nothing(
    plan: training.Plan, data: Mnist, wrong: Wrong, at: int, said: str
) -> None:
    """It is found at the very step, all three aspects are lost, and no step more is asked for."""
    worker = Worker(data, wrong(plan))
    run, found = judged(plan, worker)
    assert (run.steps, worker.taken) == (at, at)
    assert run.test_accuracy is None
    assert all(m is not None and m == found[0] for m in found)
    assert found[0] is not None
    assert found[0].message.startswith(f"after step {at} the parameters are not where following the gradient leads: ")
    assert any(part in found[0].message for part in said.split("|")), found[0].message


LATER: dict[str, Wrong] = {
    "trained weights at step 9": lambda p: after(9, pasted(p), sgd(p.settings.lr)),
    "frozen after the first eight": lambda p: after(9, frozen, sgd(p.settings.lr)),
    "twice the rate after the first eight": lambda p: after(9, sgd(2 * p.settings.lr), sgd(p.settings.lr)),
    "NaN in the middle": lambda p: after(150, nan, sgd(p.settings.lr)),
}


@pytest.mark.parametrize("wrong", LATER.values(), ids=LATER.keys())
def test_leaving_the_path_later_keeps_the_first_steps_points_only(
    plan: training.Plan, data: Mnist, wrong: Wrong
) -> None:
    """The next snapshot shows it: convergence and accuracy are lost, though the weights may classify well."""
    run, found = judged(plan, Worker(data, wrong(plan)))
    assert found[0] is None
    assert found[1] is not None
    assert found[1] == found[2]
    assert run.steps < 300 or run.left is not None
    assert run.test_accuracy is None


def test_pasted_weights_at_the_last_step_are_on_the_path_only_if_they_are_its_end(
    plan: training.Plan, data: Mnist
) -> None:
    """Better weights than the reference's, put in at the end, are off the path, too."""
    better = [np.asarray(p * 1.5, np.float32) for p in plan.snapshots[-1].params]
    run, found = judged(plan, Worker(data, after(300, lambda _i, _p, _g: better, sgd(plan.settings.lr))))
    assert run.steps == 300
    assert found[0] is None
    assert [m.message for m in found[1:] if m] == [run.left.message] * 2 if run.left else False
    assert "after step 300 the parameters are not where" in found[2].message  # type: ignore[union-attr]


def test_on_the_path_but_below_the_minimum_loses_the_accuracy_alone(plan: training.Plan, data: Mnist) -> None:
    """The message gives both numbers."""
    strict = dataclasses.replace(plan, settings=msgspec.structs.replace(plan.settings, min_test_accuracy=0.95))
    run, found = judged(strict, Worker(data, sgd(plan.settings.lr)))
    assert found[:2] == [None, None]
    assert found[2] == Mismatch(
        "training", f"{run.test_accuracy:.4f} of the test images are right; at least 0.95 asked"
    )


def test_a_loss_outside_the_band_loses_convergence_alone(plan: training.Plan, data: Mnist) -> None:
    """The band is around the reference's loss: a reference that falls faster would tell."""
    snapshots = tuple(dataclasses.replace(s, loss=s.loss * 1.03) for s in plan.snapshots)
    _, found = judged(dataclasses.replace(plan, snapshots=snapshots), Worker(data, sgd(plan.settings.lr)))
    assert (found[0], found[2]) == (None, None)
    assert found[1] is not None
    assert "after 1 steps the training loss is" in found[1].message


# --- no answer, or another than was asked for -------------------------------------------------------------------


def instead(answer: Outcome, *, from_step: int) -> Callable[[Worker], Outcome]:
    """Answer otherwise, from some step on."""

    def reply(worker: Worker) -> Outcome:
        if worker.taken >= from_step:
            return answer
        return Answer(wire.Returned(), [p.copy() for p in worker.params])

    return reply


W, B = np.zeros((784, 10), np.float32), np.zeros(10, np.float32)
FALLEN = NoAnswer("timeout", "no answer")
RAISED = wire.Raised(error="ValueError", text="no")


@pytest.mark.parametrize("from_step", [0, 1, 5, 100])
@pytest.mark.parametrize(
    ("answer", "stopped"),
    [
        (FALLEN, FALLEN),
        (Answer(RAISED, []), RAISED),
        (
            Answer(wire.Loaded(defined=()), []),
            NoAnswer("crashed", "the process answered something else than was asked"),
        ),
    ],
    ids=["fallen", "raised", "loaded"],
)
def test_a_run_that_stops_says_why(
    plan: training.Plan, data: Mnist, answer: Outcome, stopped: object, from_step: int
) -> None:
    """Whether before the first step or after many; what was asked for is not asked again."""
    worker = Worker(data, sgd(plan.settings.lr), answer=instead(answer, from_step=from_step))
    run, found = judged(plan, worker)
    assert run.stopped == stopped
    assert found == [training.UNFINISHED] * 3
    assert run.test_accuracy is None
    assert run.steps < max(from_step, 1)
    assert isinstance(worker.asked[-1], wire.TrainStart if from_step == 0 else wire.TrainSteps)


@pytest.mark.parametrize(
    "arrays",
    [[], [W], [B, W], [W, B, B], [W.T, B], [W.astype(np.int32), B], [W, B.astype(bool)], [W[:0], B]],
    ids=["none", "one", "swapped", "three", "transposed", "integers", "truth values", "empty"],
)
def test_parameters_of_another_form_are_a_crash(plan: training.Plan, data: Mnist, arrays: list[wire.Array]) -> None:
    """They never reach the arithmetic."""
    answer = Answer(wire.Returned(), arrays)
    run, found = judged(plan, Worker(data, sgd(0.1), answer=instead(answer, from_step=1)))
    assert found == [training.UNFINISHED] * 3
    assert run.stopped == NoAnswer("crashed", "the parameters that came back have other shapes")
    assert (run.steps, run.test_accuracy) == (0, None)


def test_only_the_order_start_and_rate_are_sent(plan: training.Plan, data: Mnist) -> None:
    """The requests of a whole run hold nothing else, and each row of the order once."""
    sent: list[tuple[wire.Request, list[wire.Array]]] = []
    worker = Worker(data, sgd(plan.settings.lr))

    def ask(request: wire.Request, arrays: list[wire.Array], seconds: float) -> Outcome:
        sent.append((request, arrays))
        return worker(request, arrays, seconds)

    training.run(plan, ROLES, ask)
    start = wire.TrainStart(activation="softmax", loss="cross_entropy", optimizer="SGD", lr=plan.settings.lr)
    assert sent[0][0] == start
    assert [a.tobytes() for a in sent[0][1]] == [a.tobytes() for a in plan.start]
    assert all(request == wire.TrainSteps() for request, _ in sent[1:])
    assert np.array_equal(np.concatenate([arrays[0] for _, arrays in sent[1:]]), plan.order)


def test_other_seeds_give_other_runs_that_a_correct_submission_passes(the_course: Course, data: Mnist) -> None:
    """Three more seeds: on the path with a margin of twenty, and above the minimum by three standard deviations."""
    settings = the_course.assignments[ASSIGNMENT].training
    assert settings is not None
    reference = suite._import(ROOT / "solutions" / ASSIGNMENT, "reference")
    for seed in range(3):
        plan = training.plan(settings, data, reference, np.random.default_rng(seed))
        run, found = judged(plan, Worker(data, sgd(settings.lr)))
        assert found == [None, None, None]
        assert max(run.off) < settings.step_tolerance / 20
        assert run.test_accuracy is not None
        assert run.test_accuracy > settings.min_test_accuracy + 0.005
