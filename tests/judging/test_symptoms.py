"""What a wrong value shows by itself, and when to be silent."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autograder.checks.expectations import Claim, CloseTo, Fraction
from autograder.judging import symptoms

RIGHT = np.array([[0.1, 0.7, 0.2], [0.5, 0.25, 0.25], [0.3, 0.33, 0.37], [0.9, 0.06, 0.04]])


def shown(value: object, right: np.ndarray = RIGHT) -> str | None:  # type: ignore[type-arg]
    """Diagnose an array."""
    return symptoms.of_value(CloseTo(right), Claim("ndarray", "NDArray", np.asarray(value)))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (-RIGHT, "the sign is not"),
        (RIGHT * 3, "one and the same factor"),
        (RIGHT + 0.5, "one and the same number was added"),
        (RIGHT * 1.001, "right to within a percent"),
        (np.round(RIGHT, 1), "rounded"),
        (np.zeros_like(RIGHT), "every value is zero"),
        (np.full_like(RIGHT, 0.25), "every value is the same"),
        (RIGHT[::-1], "in another order"),
        (RIGHT.T, "transposed"),
        (RIGHT[0], "one row came out"),
        (np.array([3.0]), "one number came out"),
        (RIGHT * np.nan, "NaN or infinity"),
        (RIGHT.astype(np.float16), "half precision"),
        (RIGHT.astype(np.int32), "whole numbers"),
        (RIGHT > 0.5, "truth values"),
        (np.concatenate([RIGHT[:3], RIGHT[3:] ** 2]), "the last row"),
        (np.concatenate([RIGHT[:1], RIGHT[1:] ** 2]), "only the first row"),
        (np.concatenate([RIGHT[:2], RIGHT[2:] ** 2]), "fixed number of rows"),
    ],
)
def test_arrays(value: np.ndarray, says: str) -> None:  # type: ignore[type-arg]
    """Each way to be wrong has its sentence."""
    assert says in (shown(value) or "")


def test_what_shows_nothing_is_not_guessed_at() -> None:
    """An array that is wrong in no simple way gets no diagnosis."""
    assert shown(RIGHT**2) is None
    assert shown(np.ones((2, 5))) is None


@given(arrays(np.float64, (5, 4), elements=st.floats(0.125, 1)), st.floats(0.1, 20))
def test_a_factor_is_seen_whatever_it_is(right: np.ndarray, factor: float) -> None:  # type: ignore[type-arg]
    """A multiple is called one (or close, where it is), never anything else about rows, order or sign."""
    assume(abs(factor - 1) > 1e-3 and np.ptp(right) > 0.05)
    said = shown(right * factor, right) or ""
    assert "same factor" in said or "within a percent" in said or "rounded" in said


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        (Claim("none", "NoneType"), "no `return`"),
        (Claim("other", "list"), "returned a list"),
        (Claim("other", "generator"), "nothing in it has run yet"),
        (Claim("scalar", "float", np.asarray(1.0)), "one number instead of an array"),
    ],
)
def test_kinds(claim: Claim, says: str) -> None:
    """What is no array at all is named by its kind."""
    assert says in (symptoms.of_value(CloseTo(RIGHT), claim) or "")


def test_types_of_the_submission_are_not_quoted() -> None:
    """A class that a submission named is text of its own: hidden checks must not show it."""
    assert symptoms.of_value(CloseTo(RIGHT), Claim("other", "the_answer_is_42")) is None


@pytest.mark.parametrize(
    ("value", "says"), [(0.7, "rounded"), (1.2, "more than 1"), (np.nan, "NaN"), ([1, 0, 1], "more than one number")]
)
def test_fractions(value: object, says: str) -> None:
    """One number shows little, but some of it."""
    claim = Claim("scalar", "float", np.asarray(value, np.float64))
    assert says in (symptoms.of_value(Fraction(0.68), claim) or "")


def test_a_wrong_fraction_alone_shows_nothing() -> None:
    """There is no telling where 0.41 comes from."""
    assert symptoms.of_value(Fraction(0.68), Claim("scalar", "float", np.asarray(0.4112))) is None


BEFORE = [RIGHT - 0.313, np.array([0.41, -1.23, 2.77])]
STEP = [0.1 * RIGHT**2, np.array([0.0131, 0.0517, -0.0823])]
GOAL = [b - s for b, s in zip(BEFORE, STEP, strict=True)]


@pytest.mark.parametrize(
    ("after", "says"),
    [
        ([b - 3 * s for b, s in zip(BEFORE, STEP, strict=True)], "one and the same factor"),
        ([GOAL[0], BEFORE[1]], "some of the parameters"),
        ([np.round(g) for g in GOAL], "whole numbers"),
        ([np.round(g, 2) for g in GOAL], "rounded"),
        ([g.astype(np.float16).astype(np.float64) for g in GOAL], "half precision"),
        ([np.concatenate([GOAL[0][:1], BEFORE[0][1:]]), GOAL[1]], "only the first row"),
        ([g * np.inf for g in GOAL], "NaN or infinity"),
    ],
)
def test_updates(after: list[np.ndarray], says: str) -> None:  # type: ignore[type-arg]
    """Changes in place are looked at as steps."""
    assert says in (symptoms.of_update(BEFORE, after, GOAL) or "")


def test_another_step_shows_nothing() -> None:
    """A step in some other direction is not guessed at."""
    assert symptoms.of_update(BEFORE, [b - s**2 for b, s in zip(BEFORE, STEP, strict=True)], GOAL) is None


@pytest.mark.parametrize(
    ("error", "text", "says"),
    [
        ("NameError", "name 'x' is not defined", "a name that has no value"),
        ("ArgumentError", "argument 2: RecursionError: maximum recursion depth", "calls itself"),
        ("ValueError", "not enough values to unpack (expected 2, got 1)", "another number of items"),
        ("TypeError", "f() takes 1 positional argument but 2 were given", "another number of arguments"),
        ("MXNetError", "operands could not be broadcast together", "do not fit together"),
        ("WrongDevice", "the net is on cpu(1)", "two devices"),
    ],
)
def test_exceptions(error: str, text: str, says: str) -> None:
    """Exceptions whose meaning is sure have a sentence."""
    assert says in (symptoms.of_error(error, text) or "")


def test_other_exceptions_speak_for_themselves() -> None:
    """A message of the student's own is not interpreted."""
    assert symptoms.of_error("KeyError", "'shape'") is None
    assert symptoms.of_error("RuntimeError", "my shape") is None
