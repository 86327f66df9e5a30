"""The vocabulary of checks: what each kind of call sends, what it looks at, and which mistakes it knows."""

from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest
from numpy.random import Generator

from autograder import wire
from autograder.checks import Aspect, Case, Check, Mistake, Train
from autograder.checks import vocabulary as checks
from autograder.checks.expectations import Anything, CloseTo, Fraction, HasShape, NotFinite, OfKind, OnDevice

X = np.array([[1.0, 2.0], [3.0, 4.0]])


@checks.check(exercise="f", points=1.5, hidden=True, roams=True)
def a_check(_rng: Generator) -> Iterator[Case]:
    """It does what it should.

    And this is for whoever reads the page of checks.
    """
    yield checks.call("f", X, expect=checks.close_to(X))


@checks.note(exercise="f")
def a_note(_rng: Generator) -> Iterator[Case]:
    """It could be better"""
    yield checks.call("f", X, expect=checks.close_to(X))


def test_a_check_is_its_function_s_name_and_the_first_line_of_its_docstring() -> None:
    """Points, exercise and switches stand in the decorator."""
    assert (a_check.name, a_check.title, a_check.exercise) == ("a_check", "It does what it should", "f")
    assert (a_check.points, a_check.hidden, a_check.roams, a_check.note) == (1.5, True, True, False)


def test_a_check_is_public_and_at_home_unless_it_says_otherwise() -> None:
    """The defaults are those that show most."""
    plain = checks.check(exercise="f", points=1)(a_check.cases)
    assert (plain.hidden, plain.roams) == (False, False)


def test_a_note_costs_nothing_and_is_hidden() -> None:
    """Its inputs are not released with the public cases."""
    assert (a_note.title, a_note.points, a_note.hidden, a_note.note, a_note.roams) == (
        "It could be better",
        0.0,
        True,
        True,
        False,
    )


def test_a_check_without_a_docstring_is_refused() -> None:
    """There would be nothing for the student to read."""

    def silent(_rng: Generator) -> Iterator[Case]:
        yield checks.call("f", X, expect=checks.close_to(X))

    for text in (None, "", "   \n "):
        silent.__doc__ = text
        with pytest.raises(TypeError, match="the check silent has no docstring: it is the line that the student reads"):
            checks.check(exercise="f", points=1)(silent)


def test_checks_are_collected_in_their_order() -> None:
    """As they stand in the module, and nothing else of it."""
    page = ModuleType("page")
    page.second, page.helper, page.first = a_note, X, a_check  # type: ignore[attr-defined]
    assert checks.collect(page) == (a_note, a_check)
    assert all(isinstance(c, Check) for c in checks.collect(page))


def test_call_sends_float32_and_looks_at_the_value() -> None:
    """One request, one aspect."""
    case = checks.call("f", X, [1, 2], expect=checks.close_to(X, rtol=0.1, atol=0.2, keepdims=True))
    assert case.request == wire.Call(function="f")
    assert [a.dtype.name for a in case.arrays] == ["float32", "float32"]
    assert [a.shape for a in case.arrays] == [(2, 2), (2,)]
    ((aspect),) = case.aspects
    assert (aspect.where, aspect.index) == ("value", 0)
    assert aspect.expect.value.dtype == np.float64  # type: ignore[union-attr]
    assert (aspect.expect.rtol, aspect.expect.atol, aspect.expect.keepdims) == (0.1, 0.2, True)  # type: ignore[union-attr]


def test_unchanged_looks_at_every_argument_first_and_to_the_bit() -> None:
    """A changed input is told before a wrong value that comes of it."""
    case = checks.call("f", X, X + 1, expect=checks.close_to(X), unchanged=True)
    assert [(a.where, a.index) for a in case.aspects] == [("after", 0), ("after", 1), ("value", 0)]
    for i in (0, 1):
        kept = case.aspects[i].expect
        assert isinstance(kept, CloseTo)
        assert (kept.rtol, kept.atol) == (0.0, 0.0)
        assert np.array_equal(kept.value, case.arrays[i])
    known = [m for m in case.mistakes if "changed its input in place" in m.text]
    assert [p for m in known for p in m.parts] == [Aspect("after", 0, Anything()), Aspect("after", 1, Anything())]


def test_gradient_sends_the_head_last_and_looks_at_the_gradient() -> None:
    """A value that is expected too is looked at before it."""
    case = checks.gradient("f", X, head=X, wrt=0, expect=checks.close_to(X))
    assert case.request == wire.Gradient(function="f", wrt=0)
    assert len(case.arrays) == 2
    assert [(a.where, a.index) for a in case.aspects] == [("gradient", 0)]
    both = checks.gradient("f", X, head=X, expect=checks.close_to(X), value=checks.close_to(X))
    assert [(a.where, a.index) for a in both.aspects] == [("value", 0), ("gradient", 0)]


def test_update_sends_parameters_then_gradients_and_looks_at_each_parameter() -> None:
    """A mistake of an update is recognised where every parameter shows it."""
    two = [X, np.ones(3)]
    case = checks.update(
        "SGD", two, two, 0.5, expect=[checks.close_to(a / 2) for a in two], mistakes={"nothing moved": two}
    )
    assert case.request == wire.Update(function="SGD", lr=0.5)
    assert [a.shape for a in case.arrays] == [(2, 2), (3,), (2, 2), (3,)]
    assert [(a.where, a.index) for a in case.aspects] == [("after", 0), ("after", 1)]
    (mistake,) = case.mistakes
    assert mistake.every
    assert [np.array_equal(p.expect.value, v) for p, v in zip(mistake.parts, two, strict=True)] == [True, True]  # type: ignore[union-attr]


def test_evaluate_looks_at_the_value_of_every_round() -> None:
    """A mistake may show in any of the rounds."""
    case = checks.evaluate(
        "acc",
        X,
        [0, 1],
        X,
        [0, 0],
        batch_size=2,
        consumed=1,
        rounds=3,
        expect=checks.fraction(0.5),
        mistakes={"m": 0.1},
    )
    assert case.request == wire.Evaluate(function="acc", batch_size=2, consumed=1, rounds=3)
    assert [(a.where, a.index) for a in case.aspects] == [("value", 0), ("value", 1), ("value", 2)]
    assert [(p.where, p.index) for p in case.mistakes[0].parts] == [("value", 0), ("value", 1), ("value", 2)]
    assert not case.mistakes[0].every


def test_train_names_what_is_looked_at() -> None:
    """The three aspects of a training run."""
    assert checks.train("convergence") == Train("convergence")


def test_a_mistake_is_held_to_the_tolerance_of_what_is_right() -> None:
    """By value it is as strict; with an elementwise tolerance of another shape, the widest of it counts."""
    expect = checks.close_to(np.ones(2), rtol=0.1, atol=np.array([0.1, 0.3]), keepdims=True)
    case = checks.call("f", X, expect=expect, mistakes={"same shape": np.zeros(2), "other shape": np.zeros((2, 2))})
    same, other = (m.parts[0].expect for m in case.mistakes)
    assert isinstance(same, CloseTo)
    assert isinstance(other, CloseTo)
    assert same.atol is expect.atol
    assert (same.rtol, same.keepdims) == (0.1, True)
    assert other.atol == 0.3


def test_a_mistaken_fraction_has_no_padding() -> None:
    """A mistake is one value."""
    case = checks.call("f", X, expect=checks.fraction(0.5, padded=0.6), mistakes={"m": 0.25})
    assert case.mistakes == (Mistake("m", (Aspect("value", 0, Fraction(0.25)),)),)


def test_a_mistake_may_be_recognised_by_more_than_its_value() -> None:
    """Shape, kind and overflow are diagnoses, too; a value needs something to be compared as."""
    found = {"a": checks.not_finite(), "b": checks.has_shape(3), "c": checks.has_shape(), "d": checks.returns_nothing()}
    case = checks.call("f", X, expect=checks.close_to(X), mistakes=found)
    expected = [NotFinite(), HasShape((3,)), HasShape(()), OfKind("none")]
    assert [m.parts[0].expect for m in case.mistakes] == expected
    with pytest.raises(TypeError, match="a mistake by value needs close_to or fraction: 'oops'"):
        checks.call("f", X, expect=checks.on_device(), mistakes={"oops": X})


def test_a_mistake_that_what_is_right_would_fit_is_left_out() -> None:
    """With one row, the sum of the row is the sum of everything: naming that as a mistake would mislead."""
    mistakes = {"same value": X, "same shape": checks.has_shape(2, 2), "other": X + 1}
    case = checks.call("f", X, expect=checks.close_to(X), mistakes=mistakes)
    assert [m.text for m in case.mistakes] == ["other"]
    one = checks.call("f", X, expect=checks.fraction(0.5, padded=0.6), mistakes={"a": 0.5, "b": 0.6, "c": 0.7})
    assert [m.text for m in one.mistakes] == ["c"]
    expect = [checks.close_to(X), checks.close_to(X)]
    both = checks.update("f", [X, X], [X, X], 1, expect=expect, mistakes={"none": [X, X], "second": [X, X + 1]})
    assert [(m.text, len(m.parts)) for m in both.mistakes] == [("second", 2)]


def test_on_device_is_filled_in_by_the_judge() -> None:
    """A page of checks does not know the device."""
    assert checks.on_device() == OnDevice("")
