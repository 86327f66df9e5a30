"""The checks of softmax regression, drawn with any seed: fair to float32, strict with mistakes, and telling."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder import wire
from autograder.checks import Aspect, Case, Check, suite, vocabulary
from autograder.checks.expectations import Claim, CloseTo, Fraction

Array = NDArray[np.float32]

ROOT = Path(__file__).parents[1]
FAIR = 5.0  # times that a tolerance is larger than the error of any honest computation in float32
ONE = np.float32(1)

PAGE = suite._import(ROOT / "solutions" / "softmax_regression", "checks")
CHECKS = [c for c in vocabulary.collect(PAGE) if c.exercise != "training"]
SCORED = [c for c in CHECKS if not c.note]
NAMES = {"ids": lambda c: c.name}
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=10, deadline=None)


def cases(check: Check, seed: int) -> Iterator[Case]:
    """Draw the cases of a check."""
    return (c for c in check.cases(np.random.default_rng(seed)) if isinstance(c, Case))


def in_turn(a: Array) -> Array:
    """Sum rows from left to right, one rounding a number, `(n, 1)`: the least exact order there is."""
    return functools.reduce(np.add, a.T)[:, None]


def exp_from(x: Array, shift: Array) -> Array:
    """Powers of e of the shifted scores."""
    return np.exp(x - shift)


def by_rows(x: Array) -> Array:
    """Softmax, each row shifted by its own maximum."""
    e = exp_from(x, x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def summed_in_turn(x: Array) -> Array:
    """Softmax, summed from the right, multiplied by the inverse."""
    e = exp_from(x, x.max(1, keepdims=True))
    return e * (ONE / in_turn(e[:, ::-1]))


def by_batch(x: Array) -> Array:
    """Softmax as in the lesson, shifted by the maximum of the batch."""
    e = exp_from(x, x.max())
    return e / in_turn(e)


def by_log_sum_exp(x: Array) -> Array:
    """Softmax as exp(x - log_sum_exp(x)): its rounding grows with the scores."""
    top = x.max(1, keepdims=True)
    return np.exp(x - (top + np.log(exp_from(x, top).sum(1, keepdims=True))))


def of_logs(p: Array, y: Array) -> Array:
    """Cross-entropy as in the lesson."""
    return -(y * np.log(p)).sum(1)


def log_of_sum(p: Array, y: Array) -> Array:
    """Cross-entropy with the sum inside the logarithm."""
    return -np.log(in_turn(y * p)[:, 0])


def of_bits(p: Array, y: Array) -> Array:
    """Cross-entropy by the logarithm to base 2."""
    return -(y * np.log2(p)).sum(1) * np.float32(np.log(2))


def of_inverse(p: Array, y: Array) -> Array:
    """Cross-entropy as log(1 / p)."""
    return (y * np.log(ONE / p)).mean(1) * np.float32(p.shape[1])


def guarded(p: Array, y: Array) -> Array:
    """Cross-entropy with the largest guard that the contract allows."""
    return -(y * np.log(p + np.float32(1e-6))).sum(1)


def gradient_of_softmax(x: Array, head: Array) -> Array:
    """The gradient by hand."""
    p = by_rows(x)
    return p * head - p * in_turn(p * head)


def gradient_by_quotient(x: Array, head: Array) -> Array:
    """The gradient as autograd gets it, by the rule for quotients."""
    e = exp_from(x, x.max(1, keepdims=True))
    total = e.sum(1, keepdims=True)
    return head / total * e - e * in_turn(head * e / (total * total))


def gradient_of_cross_entropy(p: Array, y: Array, head: Array) -> Array:
    """The gradient by hand."""
    return -(head[:, None] * y) * (ONE / p)


def minus(p: Array, g: Array, lr: float) -> Array:
    """A step down, as MXNet computes it."""
    return p - np.float32(lr) * g


def plus(p: Array, g: Array, lr: float) -> Array:
    """A step down, as an addition."""
    return p + g * -np.float32(lr)


VALUES: dict[str, list[Callable[..., Array]]] = {
    "softmax": [by_rows, summed_in_turn, by_batch, by_log_sum_exp],
    "cross_entropy": [of_logs, log_of_sum, of_bits, of_inverse],
}
GRADIENTS: dict[str, list[Callable[..., Array]]] = {
    "softmax": [gradient_of_softmax, gradient_by_quotient],
    "cross_entropy": [gradient_of_cross_entropy],
}


def honest(check: Check, case: Case, aspect: Aspect) -> list[Array]:
    """Compute what an aspect looks at in float32, in several right ways."""
    request = case.request
    if isinstance(request, wire.Update):
        half, results = len(case.arrays) // 2, []
        for way in (minus, plus):
            param = case.arrays[aspect.index]
            for _ in range(request.rounds):
                param = way(param, case.arrays[half + aspect.index], request.lr)
            results.append(param)
        return results
    if aspect.where == "after":
        return [case.arrays[aspect.index]]
    ways = VALUES if aspect.where == "value" else GRADIENTS
    return [way(*case.arrays) for way in ways[check.exercise]]


def compared(check: Check, seed: int) -> Iterator[tuple[Case, Aspect, CloseTo]]:
    """Every aspect that is compared with an array."""
    for case in cases(check, seed):
        for aspect in case.aspects:
            if isinstance(aspect.expect, CloseTo):
                yield case, aspect, aspect.expect


def off(expect: CloseTo, value: Array) -> float:
    """The largest error, in tolerances; an error of nothing is none, even where none is allowed."""
    error = np.abs(value.astype(np.float64) - expect.value)
    room = expect.atol + expect.rtol * np.abs(expect.value)
    return float(np.max(np.where(error > 0, error / np.where(room > 0, room, 1e-30), 0)))


def told(expect: object, value: Array) -> bool:
    """Whether an expectation takes an array for what it looks for."""
    return expect(Claim("ndarray", "NDArray", value, "cpu(0)")) is None  # type: ignore[operator]


@pytest.mark.parametrize("check", CHECKS, **NAMES)
@given(seed=seeds)
@few
def test_expected_values_are_finite_and_inputs_survive_float32(check: Check, seed: int) -> None:
    """What is expected is finite, and what is sent is finite float32, whatever the seed."""
    for case in cases(check, seed):
        assert all(a.dtype == np.float32 and np.isfinite(a).all() for a in case.arrays)
        for aspect in case.aspects:
            if isinstance(aspect.expect, CloseTo | Fraction):
                assert np.isfinite(aspect.expect.value).all()


@pytest.mark.parametrize("check", [c for c in SCORED if c.exercise != "evaluate_accuracy"], **NAMES)
@given(seed=seeds)
@few
def test_tolerances_leave_float32_room(check: Check, seed: int) -> None:
    """Honest float32 in several orders of operations errs by less than a fifth of what is allowed."""
    for case, aspect, expect in compared(check, seed):
        for value in honest(check, case, aspect):
            assert value.dtype == np.float32
            assert off(expect, value) < 1 / FAIR


@pytest.mark.parametrize("check", [c for c in SCORED if c.exercise == "cross_entropy"], **NAMES)
@given(seed=seeds)
@few
def test_a_guard_of_a_millionth_is_allowed(check: Check, seed: int) -> None:
    """A guard of 1e-6 inside the logarithm passes every check of values."""
    for case, aspect, expect in compared(check, seed):
        if aspect.where == "value":
            assert told(expect, guarded(*case.arrays))


@pytest.mark.parametrize("check", [c for c in SCORED if c.exercise != "evaluate_accuracy"], **NAMES)
@given(seed=seeds, sign=st.sampled_from([-1, 1]))
@few
def test_a_thousandth_too_much_is_refused(check: Check, seed: int, sign: int) -> None:
    """A relative error of 1e-3 fails a check somewhere; for SGD, one of 1e-3 of the step.

    The check of small probabilities makes room for a guard of 1e-6, a hundredth of 0.0001: the others see to it.
    """
    refused = False
    for case, aspect, expect in compared(check, seed):
        if isinstance(case.request, wire.Update):
            before = case.arrays[aspect.index].astype(np.float64)
            wrong = before + (expect.value - before) * (1 + sign * 1e-3)
        else:
            wrong = expect.value * (1 + sign * 1e-3)
        refused |= not told(expect, wrong.astype(np.float32))
    assert refused or check.name == "small_probabilities_cost_what_they_should"


@pytest.mark.parametrize("check", CHECKS, **NAMES)
@given(seed=seeds)
@few
def test_mistakes_lie_clearly_apart_from_what_is_right(check: Check, seed: int) -> None:
    """No honest float32 value is taken for a mistake, even with thrice the tolerance."""
    for case in cases(check, seed):
        for mistake in case.mistakes:
            if any(isinstance(part.expect, CloseTo | Fraction) for part in mistake.parts):
                assert not all(near(part, case) for part in mistake.parts)


def near(part: Aspect, case: Case) -> bool:
    """Whether a mistake's part would take what is right."""
    right = next(a.expect for a in case.aspects if (a.where, a.index) == (part.where, part.index))
    match part.expect, right:
        case CloseTo() as wrong, CloseTo(value=value):
            if wrong.value.shape != value.shape or not np.isfinite(wrong.value).all():
                return False  # what is not finite is close to nothing
            room = vocabulary.APART * (wrong.atol + wrong.rtol * np.abs(wrong.value))
            return bool((np.abs(wrong.value - value) <= room).all())
        case Fraction(value=wrong_number, atol=atol), Fraction(value=number, padded=padded):
            return any(abs(wrong_number - r) <= vocabulary.APART * atol for r in (number, padded) if r is not None)
    return False


@pytest.mark.parametrize("check", [c for c in SCORED if c.exercise == "evaluate_accuracy"], **NAMES)
@given(seed=seeds)
@few
def test_nets_say_in_float32_what_they_say_in_float64(check: Check, seed: int) -> None:
    """The fraction that a case expects is what its net, its images and its labels give in float32."""
    for case in cases(check, seed):
        images, labels, weights, bias = case.arrays
        assert isinstance(case.request, wire.Evaluate)
        says = (images.reshape(len(images), -1) @ weights + bias).argmax(1)
        good = says == labels
        pad = -len(good) % case.request.batch_size
        expect = case.aspects[0].expect
        assert isinstance(expect, Fraction)
        assert (expect.value, expect.padded) == (good.mean(), np.concatenate([good, good[:pad]]).mean())


@pytest.mark.parametrize("exercise", ["softmax", "cross_entropy", "SGD", "evaluate_accuracy"])
def test_every_exercise_is_worth_four_points(exercise: str) -> None:
    """The points of an exercise's checks add up to four, and none is negative."""
    points = [c.points for c in CHECKS if c.exercise == exercise]
    assert sum(points) == pytest.approx(4)
    assert min(points) >= 0
