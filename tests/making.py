"""Submissions made of text, and short words for what a judgement says: for many tests."""

import dataclasses

import msgspec
import numpy as np

from autograder import wire
from autograder.checks import Aspect, Case
from autograder.checks.expectations import CloseTo, Fraction, OnDevice
from autograder.checks.suite import Suite
from autograder.course.notebook import Cell
from autograder.judging.judge import Judgement
from autograder.result import CheckResult
from autograder.sandbox.server import Answer

ASSIGNMENT = "softmax_regression"

PRELUDE = "import mxnet as mx\nfrom mxnet import nd\nimport numpy as np\n"
SOLUTION = {
    "softmax": """
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    return exp / nd.sum(exp, axis=1, keepdims=True)
""",
    "cross_entropy": """
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat), axis=1)
""",
    "SGD": """
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad
""",
    "evaluate_accuracy": """
def evaluate_accuracy(data_iterator, net):
    right = total = 0
    data_iterator.reset()
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        label = batch.label[0].as_in_context(ctx)
        real = data.shape[0] - (batch.pad or 0)
        right += int((nd.argmax(net(data), axis=1)[:real] == label[:real]).sum().asscalar())
        total += real
    return right / total
""",
}


def cells(**changes: str) -> tuple[Cell, ...]:
    """Make a submission: the solution, with the functions in `changes` written otherwise; `first` comes before all."""
    texts = [PRELUDE, changes.pop("first", ""), *({**SOLUTION, **changes}).values()]
    return tuple(Cell(i, text) for i, text in enumerate(texts, start=1))


def checks_of(judgement: Judgement) -> dict[str, CheckResult]:
    """Return the checks of a judgement by name."""
    return {c.name: c for e in judgement.exercises for c in e.checks}


def scores(judgement: Judgement) -> dict[str, float]:
    """Return the points of each exercise, rounded to what course.yaml can say."""
    return {e.name: round(e.score, 6) for e in judgement.exercises}


def verdicts(judgement: Judgement, exercise: str) -> set[str]:
    """Return the verdicts of an exercise's checks."""
    return {c.verdict.value for e in judgement.exercises if e.name == exercise for c in e.checks}


def without_times(judgement: Judgement) -> tuple[object, ...]:
    """Return all of a judgement that must not change from one run to the next."""
    return (judgement.exercises, judgement.notes, judgement.training)


def limited(an_exam: Suite, **limits: float) -> Suite:
    """Return an exam with other limits."""
    changed = msgspec.structs.replace(an_exam.course.limits, **limits)
    return dataclasses.replace(an_exam, course=msgspec.structs.replace(an_exam.course, limits=changed))


def right_answer(case: Case, device: str = "cpu(0)") -> Answer:
    """Make the reply that a right submission would send, from what the case itself expects."""
    values: list[wire.Value] = []
    after: list[int] = []
    arrays: list[wire.Array] = []

    def add(array: wire.Array) -> int:
        arrays.append(array)
        return len(arrays) - 1

    def value_of(aspect: Aspect) -> wire.Value:
        match aspect.expect:
            case CloseTo(value=value):
                return wire.Value("ndarray", "NDArray", add(value.astype(np.float32)), device)
            case Fraction(value=value):
                return wire.Value("scalar", "float", add(np.asarray(value)))
            case OnDevice():
                return wire.Value("ndarray", "NDArray", add(np.zeros(1, np.float32)), device)
        raise TypeError(f"no right answer to {aspect.expect}")

    if all(a.where != "value" for a in case.aspects):
        values.append(wire.Value("none", "NoneType"))  # what SGD returns, or a value that nobody looks at
    for aspect in case.aspects:
        if aspect.where == "after":
            assert isinstance(aspect.expect, CloseTo)
            after.append(add(aspect.expect.value.astype(np.float32)))
        else:
            values.append(value_of(aspect))
    return Answer(wire.Returned(values=tuple(values), after=tuple(after)), arrays)


def part(suite: Suite, *exercises: str) -> Suite:
    """Return an exam of some exercises, without training: quick to judge by."""
    kept = {name: e for name, e in suite.assignment.exercises.items() if name in exercises}
    assignment = msgspec.structs.replace(suite.assignment, exercises=kept)
    items = tuple(i for i in suite.items if i.check.exercise in exercises)
    return dataclasses.replace(suite, assignment=assignment, items=items, plan=None)
