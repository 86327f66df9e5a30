"""Claims against expectations: what is taken for right, what never is, and in which order it is looked at."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.checks.expectations import (
    ATOL,
    RTOL,
    Anything,
    Claim,
    CloseTo,
    Fraction,
    HasShape,
    NotFinite,
    Number,
    OfKind,
    OnDevice,
)
from autograder.result import Note, NoteKind
from tests.strategies import float_arrays, numbers


def claim(value: object, dtype: str = "float32", kind: str = "ndarray", device: str | None = "cpu(0)") -> Claim:
    """Claim a value as a worker would report it."""
    return Claim(kind, "NDArray", np.asarray(value, dtype), device)  # type: ignore[arg-type]


def found(expect: object, said: Claim) -> str | None:
    """Return the kind of the mismatch, None where the claim fits."""
    mismatch = expect(said)  # type: ignore[operator]
    return None if mismatch is None else mismatch.kind


MATRIX = np.array([[0.25, 0.75], [0.5, 0.5]])
RIGHT = CloseTo(MATRIX)


# --- CloseTo ----------------------------------------------------------------------------------------------------


@given(float_arrays)
def test_the_value_itself_fits(value: NDArray[np.float64]) -> None:
    """What was expected is right, as float64 and rounded to float32, from MXNet and from NumPy."""
    for dtype in ("float64", "float32"):
        for kind in ("ndarray", "numpy"):
            assert found(CloseTo(value), claim(value, dtype, kind)) is None


@given(float_arrays, st.data())
def test_one_value_beyond_the_tolerance_is_wrong(value: NDArray[np.float64], data: st.DataObject) -> None:
    """Exactly one element moved a little past the bound is found, counted and placed; within it, it fits."""
    at = np.unravel_index(data.draw(st.integers(0, value.size - 1)), value.shape)
    bound = ATOL + RTOL * abs(value[at])
    sign = data.draw(st.sampled_from((-1, 1)))
    inside, outside = value.copy(), value.copy()
    inside[at] += sign * bound * 0.999
    outside[at] += sign * bound * 1.001
    assert found(CloseTo(value), claim(inside, "float64")) is None
    mismatch = CloseTo(value)(claim(outside, "float64"))
    assert mismatch is not None
    assert mismatch.kind == "value"
    assert f"1 of {value.size} values differ" in mismatch.message
    assert f"at {[int(i) for i in at]}:" in mismatch.message


def test_the_tolerance_follows_the_expected_value_not_the_claim() -> None:
    """A claim far from zero gains nothing from its own size."""
    assert found(CloseTo(np.array([0.0])), claim([1e9])) == "value"
    assert found(CloseTo(np.array([1e9])), claim([0.0])) == "value"


def test_an_elementwise_tolerance_holds_element_by_element() -> None:
    """A guard's tolerance for one example is no tolerance for another."""
    expect = CloseTo(np.array([1.0, 1.0]), atol=np.array([0.5, 0.0]))
    assert found(expect, claim([1.4, 1.0])) is None
    assert found(expect, claim([1.0, 1.4])) == "value"


@given(float_arrays, st.sampled_from((np.nan, np.inf, -np.inf)), st.data())
def test_what_is_not_finite_is_never_right(value: NDArray[np.float64], bad: float, data: st.DataObject) -> None:
    """NaN and infinity equal nothing: not a number, and not themselves."""
    at = np.unravel_index(data.draw(st.integers(0, value.size - 1)), value.shape)
    said = value.copy()
    said[at] = bad
    assert found(CloseTo(value), claim(said)) == "nonfinite"
    assert found(CloseTo(said), claim(said)) == "nonfinite"
    assert found(CloseTo(said), claim(value, "float64")) == "value"


def test_all_nan_is_not_all_nan() -> None:
    """The trap of assert_allclose: NaN against NaN."""
    nothing = np.full((2, 2), np.nan)
    assert found(CloseTo(nothing), claim(nothing)) == "nonfinite"


def test_what_is_not_finite_is_named_and_counted() -> None:
    """The message says which of the two it was, and how often."""
    mismatch = RIGHT(claim([[np.nan, np.inf], [0.5, 0.5]]))
    assert mismatch is not None
    assert mismatch.message == "NaN and infinity in 2 of 4 values"


def test_a_number_is_no_array() -> None:
    """The trap of assert_allclose: a scalar against an array of that scalar."""
    half = CloseTo(np.full(3, 0.5))
    assert found(half, claim(0.5, "float64", "scalar")) == "type"
    assert found(half, claim(0.5)) == "shape"
    assert found(half, claim([0.5])) == "shape"
    assert found(CloseTo(np.array(0.5)), claim(0.5, "float64", "scalar")) == "type"


def test_nothing_and_other_things_are_no_array() -> None:
    """None, lists and whatever else has no array to look at."""
    for kind in ("none", "other", "ndarray", "numpy", "scalar"):
        assert found(RIGHT, Claim(kind, "list", None)) == "type"  # type: ignore[arg-type]
    assert "None (is a `return` missing?)" in RIGHT(Claim("none", "NoneType")).message  # type: ignore[union-attr]


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "uint8", "bool", "float16"])
def test_other_dtypes_never_equal_floats(dtype: str) -> None:
    """Integers, truth values and half precision are refused even where every number is right."""
    assert found(CloseTo(np.array([0.0, 1.0])), claim([0, 1], dtype)) == "dtype"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Claim("scalar", "float", np.array(np.nan)), "type"),
        (claim([1, 2, 3], "int32"), "shape"),
        (claim([[1, 2], [3, 4]], "int32"), "dtype"),
        (claim([[np.nan, 9], [9, 9]]), "nonfinite"),
        (claim([[9, 9], [9, 9]]), "value"),
    ],
)
def test_the_order_is_type_shape_dtype_finiteness_values(said: Claim, kind: str) -> None:
    """What is wrong in several ways is told by the first of them."""
    assert found(RIGHT, said) == kind


def test_shapes_are_not_broadcast() -> None:
    """A column, a row or a transposed matrix is another shape, whatever NumPy would make of it."""
    row = CloseTo(np.ones((1, 3)))
    for shape in ((3,), (3, 1), (1, 1), (2, 3), (1, 3, 1), ()):
        assert found(row, claim(np.ones(shape))) == "shape"
    assert found(CloseTo(np.arange(4.0).reshape(2, 2)), claim(np.arange(4.0).reshape(2, 2).T)) == "value"


def test_keepdims_forgives_axes_of_length_one_and_nothing_else() -> None:
    """(n, 1) is as good as (n,) where the shape has a check of its own; (1, n), too, and (m, n) never."""
    expect = CloseTo(np.array([1.0, 2.0]), atol=np.array([0.0, 0.5]), keepdims=True)
    for shape in ((2,), (2, 1), (1, 2)):
        assert found(expect, claim(np.reshape([1.0, 2.4], shape))) is None
        assert found(expect, claim(np.reshape([1.4, 2.0], shape))) == "value"
    assert found(expect, claim([[1.0, 2.0]] * 2)) == "shape"
    assert found(expect, claim([1.0])) == "shape"


def test_empty_arrays_fit_empty_arrays_of_the_same_shape() -> None:
    """No values, none wrong; but a shape is a shape."""
    assert found(CloseTo(np.empty((0, 3))), claim(np.empty((0, 3)))) is None
    assert found(CloseTo(np.empty((0, 3))), claim(np.empty((0, 4)))) == "shape"


def test_the_message_names_the_largest_difference() -> None:
    """Of several wrong values the worst is shown, with what was expected."""
    mismatch = RIGHT(claim([[0.3, 0.75], [0.5, 9.0]]))
    assert mismatch is not None
    assert mismatch.message == "2 of 4 values differ; the largest difference is at [1, 1]: 9, expected 0.5"


# --- Fraction ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        claim(0.75, "float64", "scalar"),
        claim(0.75, "float32", "scalar"),
        claim(0.75, "float64", "numpy"),
        claim([0.75]),
        claim([[0.75]], "float64", "numpy"),
    ],
)
def test_a_fraction_has_many_forms(said: Claim) -> None:
    """A float, a NumPy scalar, a 0-d array and an array of one element are one number."""
    assert found(Fraction(0.75), said) is None
    assert found(Fraction(0.7), said) == "value"


def test_a_perfect_score_may_be_an_integer() -> None:
    """1 and 0 are fractions, and so they are as integers; True and False are not."""
    assert found(Fraction(1.0), claim(1, "int64", "scalar")) is None
    assert found(Fraction(0.0), claim(0, "int64", "scalar")) is None
    assert found(Fraction(1.0), claim(1, "bool", "scalar")) == "dtype"
    assert found(Fraction(0.0), claim([0], "bool")) == "dtype"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_fraction_is_a_number(bad: float) -> None:
    """NaN and infinity are no accuracy, expected or padded."""
    assert found(Fraction(0.5, padded=0.6), claim(bad, "float64", "scalar")) == "nonfinite"
    assert found(Fraction(bad, padded=bad), claim(bad, "float64", "scalar")) == "nonfinite"


def test_a_fraction_is_one_number() -> None:
    """No number, several numbers, text: none is a fraction."""
    assert found(Fraction(0.5), Claim("none", "NoneType")) == "type"
    assert found(Fraction(0.5), Claim("other", "str")) == "type"
    assert found(Fraction(0.5), Claim("none", "NoneType", np.array(0.5))) == "type"
    assert found(Fraction(0.5), claim([0.5, 0.5])) == "shape"
    assert found(Fraction(0.5), claim([])) == "shape"


def test_huge_integers_are_just_wrong() -> None:
    """The largest integer that travels is compared like any other number."""
    assert found(Fraction(0.5), claim(2**63 - 1, "int64", "scalar")) == "value"
    assert found(Fraction(0.5), claim(-(2**63), "int64", "scalar")) == "value"


@given(st.floats(0, 1), st.floats(-1e-5, 1e-5))
def test_a_fraction_is_held_to_a_millionth(value: float, off: float) -> None:
    """Within 1e-6 it is right, beyond it is wrong."""
    assume(abs(abs(off) - 1e-6) > 1e-9)
    assert (found(Fraction(value), claim(value + off, "float64", "scalar")) is None) == (abs(off) < 1e-6)


def test_padding_may_be_counted() -> None:
    """The padded value is right and told apart; the exact one is right and not padded; others are neither."""
    expect = Fraction(0.6, padded=0.625)
    padded, exact, other = (claim(v, "float64", "scalar") for v in (0.625, 0.6, 0.61))
    assert (found(expect, padded), expect.is_padded(padded)) == (None, True)
    assert (found(expect, exact), expect.is_padded(exact)) == (None, False)
    assert (found(expect, other), expect.is_padded(other)) == ("value", False)
    assert not Fraction(0.6).is_padded(padded)


def test_where_padding_changes_nothing_there_is_no_note() -> None:
    """A value that is right both ways is not called padded."""
    assert not Fraction(0.5, padded=0.5).is_padded(claim(0.5, "float64", "scalar"))


def test_a_padded_truth_value_is_still_a_truth_value() -> None:
    """True where the padded accuracy is 1 is refused for its type."""
    assert found(Fraction(0.9, padded=1.0), claim(1, "bool", "scalar")) == "dtype"


# --- the others -------------------------------------------------------------------------------------------------


def test_on_device_compares_names() -> None:
    """cpu(0) is not cpu(1), and a NumPy array is nowhere."""
    assert found(OnDevice("cpu(1)"), claim([1.0], device="cpu(1)")) is None
    assert found(OnDevice("cpu(1)"), claim([1.0], device="cpu(0)")) == "device"
    assert found(OnDevice("cpu(1)"), claim([1.0], kind="numpy", device=None)) == "device"


@given(float_arrays)
def test_not_finite_recognises_nan_and_infinity_only(value: NDArray[np.float64]) -> None:
    """A diagnosis of overflow needs NaN or infinity in the claim."""
    assert found(NotFinite(), claim(value)) == "value"
    for bad in (np.nan, np.inf):
        said = value.copy()
        said.flat[-1] = bad
        assert found(NotFinite(), claim(said)) is None
    assert found(NotFinite(), claim([1], "int32")) == "value"
    assert found(NotFinite(), Claim("none", "NoneType")) == "value"


def test_has_shape_takes_one_number_in_any_form_for_no_axes() -> None:
    """MXNet reduces to (1,), which counts as one number; otherwise shapes are equal or not."""
    for said in (claim(3.0), claim([3.0]), claim([[3.0]]), claim(3.0, "float64", "scalar")):
        assert found(HasShape(()), said) is None
    assert found(HasShape(()), claim([3.0, 4.0])) == "shape"
    assert found(HasShape((2,)), claim([3.0, 4.0])) is None
    assert found(HasShape((2,)), claim([[3.0, 4.0]])) == "shape"
    assert found(HasShape(()), Claim("none", "NoneType")) == "shape"


def test_of_kind_looks_at_the_kind_alone() -> None:
    """A function that returns nothing is recognised by that."""
    assert found(OfKind("none"), Claim("none", "NoneType")) is None
    assert found(OfKind("none"), Claim("other", "list")) == "type"


@given(numbers)
def test_anything_fits_anything(value: float) -> None:
    """It is for diagnoses that the mismatch itself proves."""
    assert found(Anything(), claim(value)) is None
    assert found(Anything(), Claim("none", "NoneType")) is None


def test_a_value_that_is_right_in_another_way_has_its_note() -> None:
    """A further value is right, with a note of its kind, `variant` where none is given; the first value has none."""
    expect = Number(0.5, 0.0, 1e-6, also=((0.25, "halved"), (0.75, "counts the padding", "padding")))
    said = {v: expect.note(claim(v, "float64", "scalar"), "f") for v in (0.5, 0.25, 0.75, 0.6)}
    halved = Note(kind=NoteKind.VARIANT, exercise="f", text="halved")
    padded = Note(kind=NoteKind.PADDING, exercise="f", text="counts the padding")
    assert said == {0.5: None, 0.25: halved, 0.75: padded, 0.6: None}
    assert [found(expect, claim(v, "float64", "scalar")) for v in said] == [None, None, None, "value"]
