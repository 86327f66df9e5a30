"""Claims against expectations: the only place where a value that a submission produced is called right or wrong.

The order is fixed: type, shape, dtype, finiteness, values. NaN equals nothing; a number never equals an array;
an integer array never equals probabilities. Tolerances are stated for float32 inputs: a float64 result was
still computed from float32 numbers, so it is held to the same bound; float16 results are refused.
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from autograder.errors import CourseError
from autograder.result import Note, NoteKind

Float = NDArray[np.float64]

RTOL = 2e-5  # float32 has eps 1.2e-7: room for some hundred roundings, none for a wrong formula
ATOL = 2e-6
FLOATS = ("float32", "float64")
CHANCE = 1e-9  # how often a right answer may fail an expectation of chance, at most

Kind = Literal["ndarray", "numpy", "scalar", "none", "list", "tuple", "dict", "text", "other"]


@dataclass(frozen=True)
class Claim:
    """One value as a worker reported it."""

    kind: Kind
    type_name: str
    array: NDArray[np.generic] | None = None
    device: str | None = None
    items: tuple["Claim", ...] = ()
    keys: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True)
class Mismatch:
    """Why a claim is not what was expected. `message` may quote values; it is shown for public checks only."""

    kind: Literal["type", "shape", "dtype", "nonfinite", "value", "device", "training"]
    message: str


@dataclass(frozen=True)
class CloseTo:
    """An array close to `value`: |claim - value| <= atol + rtol * |value|, elementwise.

    `keepdims` also takes the same numbers with axes of length one more or less: for a value check beside a
    check of the shape itself.
    """

    value: Float
    rtol: float = RTOL
    atol: float | Float = ATOL
    keepdims: bool = False

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` fits."""
        array = claim.array
        if claim.kind not in ("ndarray", "numpy") or array is None:
            return Mismatch("type", f"returned {_told(claim)}; expected an array of shape {self.value.shape}")
        if array.shape != self.value.shape:
            if not (self.keepdims and _squeezed(array.shape) == _squeezed(self.value.shape)):
                return Mismatch("shape", f"shape {array.shape}; expected {self.value.shape}")
            array = array.reshape(self.value.shape)
        if array.dtype.name not in FLOATS:
            return Mismatch("dtype", f"dtype {array.dtype}; expected float32")
        return _values(array.astype(np.float64), self.value, self.rtol, self.atol)


@dataclass(frozen=True)
class Same:
    """What the solution gives; stands for one of the others until the solution has been asked.

    Without `atol` it is measured: a multiple of what float32 costs the solution in this very program.
    """

    rtol: float = RTOL
    atol: float | Float | None = None
    keepdims: bool = False

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Never called: `oracle` puts another in its place."""
        raise AssertionError("the solution has not been asked yet")


@dataclass(frozen=True)
class Whole:
    """Whole numbers or truth values, in an array of the shape of `value`; any type that holds them exactly will do."""

    value: NDArray[np.generic]

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` fits."""
        array, right = claim.array, self.value
        if claim.kind not in ("ndarray", "numpy") or array is None:
            return Mismatch("type", f"returned {_told(claim)}; expected an array of shape {right.shape}")
        if array.shape != right.shape:
            return Mismatch("shape", f"shape {array.shape}; expected {right.shape}")
        return _whole(array, right)


@dataclass(frozen=True)
class Number:
    """One number: a Python or NumPy scalar, or an array without axes; with `arrays` also one of one element.

    `also` are further values that are right, each with a note that the student reads, and the note's kind.
    """

    value: float
    rtol: float = RTOL
    atol: float = ATOL
    whole: bool = False
    arrays: bool = False
    also: tuple[tuple[float, str] | tuple[float, str, str], ...] = ()

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` fits."""
        array = claim.array
        if array is None or (claim.kind != "scalar" and array.ndim and not (self.arrays and array.size == 1)):
            if array is not None and self.arrays:
                return Mismatch("shape", f"an array of shape {array.shape}; expected one number")
            return Mismatch("type", f"returned {_told(claim)}; expected one number")
        if array.dtype.kind == "b":
            return Mismatch("dtype", "a truth value; expected a number")
        number = array.astype(np.float64).reshape(())
        if self.whole:
            return _whole(number, np.asarray(self.value))
        mismatch = _values(number, np.asarray(self.value), self.rtol, self.atol)
        return None if mismatch and self.note(claim, "") else mismatch

    def note(self, claim: Claim, exercise: str) -> Note | None:
        """Return the note of the value that `claim` is, where it is one of `also`, and not the first."""
        if claim.array is None or claim.array.size != 1:
            return None
        number = claim.array.astype(np.float64).reshape(())
        if _values(number, np.asarray(self.value), self.rtol, self.atol) is None:
            return None
        for value, text, *kind in self.also:
            if _values(number, np.asarray(value), self.rtol, self.atol) is None:
                return Note(kind=NoteKind(*(kind or [NoteKind.VARIANT])), exercise=exercise, text=text)
        return None


@dataclass(frozen=True)
class Truth:
    """A truth value, Python's or NumPy's."""

    value: bool

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` fits."""
        if claim.array is None or claim.array.size != 1 or claim.array.dtype.kind != "b":
            return Mismatch("type", f"returned {_told(claim)}; expected {self.value}")
        if bool(claim.array.reshape(())) is not self.value:
            return Mismatch("value", f"{not self.value}; expected {self.value}")
        return None


@dataclass(frozen=True)
class Text:
    """This very text."""

    value: str

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` fits."""
        if claim.kind != "text":
            return Mismatch("type", f"returned {_told(claim)}; expected a text")
        return None if claim.text == self.value else Mismatch("value", f"{claim.text!r}; expected {self.value!r}")


@dataclass(frozen=True)
class Items:
    """A list or tuple whose items fit one by one; with `keys`, a dictionary of these keys."""

    items: tuple["Expectation", ...]
    keys: tuple[str, ...] | None = None

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` fits."""
        wanted = f"{len(self.items)} values" if self.keys is None else f"a dict of {', '.join(self.keys)}"
        if claim.kind not in (("list", "tuple") if self.keys is None else ("dict",)):
            return Mismatch("type", f"returned {_told(claim)}; expected {wanted}")
        names = [str(i) for i in range(len(claim.items))] if self.keys is None else list(claim.keys)
        found = dict(zip(names, claim.items, strict=True))
        order = [str(i) for i in range(len(self.items))] if self.keys is None else list(self.keys)
        if sorted(found) != sorted(order):
            got = f"{len(claim.items)} values" if self.keys is None else f"the keys {', '.join(claim.keys)}"
            return Mismatch("shape", f"{got}; expected {wanted}")
        for name, expect in zip(order, self.items, strict=True):
            mismatch = expect(found[name])
            if mismatch is not None:
                return Mismatch(mismatch.kind, f"item {name}: {mismatch.message}")
        return None


@dataclass(frozen=True)
class OneOf:
    """Chance: each element is that of `one` or of `other`, and about the share `share` is that of `one`.

    A right answer fails once in 1 / `CHANCE` at most (Hoeffding's inequality): with 5,000 elements, the share may be
    off by 0.046. Elements where both are equal count for neither.
    """

    one: Float
    other: Float
    share: float
    rtol: float = RTOL
    atol: float = ATOL

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` fits."""
        array = claim.array
        if claim.kind not in ("ndarray", "numpy") or array is None:
            return Mismatch("type", f"returned {_told(claim)}; expected an array of shape {self.one.shape}")
        if array.shape != self.one.shape:
            return Mismatch("shape", f"shape {array.shape}; expected {self.one.shape}")
        if array.dtype.name not in FLOATS:
            return Mismatch("dtype", f"dtype {array.dtype}; expected float32")
        got = array.astype(np.float64)
        near = [np.abs(got - v) <= self.atol + self.rtol * np.abs(v) for v in (self.one, self.other)]
        lost = int((~(near[0] | near[1])).sum())
        if lost:
            return Mismatch("value", f"{lost} of {got.size} values are neither of the two that are possible")
        decided = near[0] ^ near[1]
        count = int(decided.sum())
        share = float((near[0] & decided).sum()) / max(count, 1)
        slack = math.sqrt(math.log(2 / CHANCE) / (2 * max(count, 1)))
        if abs(share - self.share) > slack:
            return Mismatch("value", f"a share of {share:.3f}; expected about {self.share:.3f}")
        return None


@dataclass(frozen=True)
class Moments:
    """Chance: an array of `shape` with independent elements of this mean and standard deviation.

    Each may be off by what a right answer exceeds once in 1 / `CHANCE` (normal approximation; `kurtosis` is 3 for a
    normal distribution, 1.8 for a uniform one).
    """

    shape: tuple[int, ...]
    mean: float
    deviation: float
    kurtosis: float = 3.0

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` fits."""
        array = claim.array
        if claim.kind not in ("ndarray", "numpy") or array is None:
            return Mismatch("type", f"returned {_told(claim)}; expected an array of shape {self.shape}")
        if array.shape != self.shape:
            return Mismatch("shape", f"shape {array.shape}; expected {self.shape}")
        got = array.astype(np.float64)
        if not np.isfinite(got).all():
            return Mismatch("nonfinite", "NaN or infinity among the values")
        z, n = 6.2, max(got.size, 1)  # a normal number leaves 6.2 deviations 6e-10 of the time
        allowed = z * self.deviation / np.sqrt(n)
        if abs(got.mean() - self.mean) > allowed:
            return Mismatch("value", f"a mean of {got.mean():.4g}; expected {self.mean:.4g} or so")
        spread = z * np.sqrt((self.kurtosis - 1) / n) / 2
        if abs(got.std() / self.deviation - 1) > spread:
            return Mismatch("value", f"a standard deviation of {got.std():.4g}; expected {self.deviation:.4g} or so")
        return None


@dataclass(frozen=True)
class Fraction:
    """One number, in any of the forms that an accuracy takes: float, NumPy scalar, one-element array.

    `padded` is the value that counts the padding of the last batch too: right, with a note.
    """

    value: float
    padded: float | None = None
    atol: float = 1e-6

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` fits."""
        array = claim.array
        if claim.kind in ("none", "other") or array is None:
            return Mismatch("type", f"returned {_told(claim)}; expected a fraction between 0 and 1")
        if array.size != 1:
            return Mismatch("shape", f"an array of shape {array.shape}; expected one number")
        if array.dtype.kind == "b":
            return Mismatch("dtype", "a truth value; expected a fraction between 0 and 1")
        number = array.astype(np.float64).reshape(())
        mismatch = _values(number, np.asarray(self.value), 0.0, self.atol)
        return None if mismatch and self.is_padded(claim) else mismatch

    def note(self, claim: Claim, exercise: str) -> Note | None:
        """Return the note of the value with the padding counted."""
        text = f"{exercise} counts the padding of the last batch"
        return Note(kind=NoteKind.PADDING, exercise=exercise, text=text) if self.is_padded(claim) else None

    def is_padded(self, claim: Claim) -> bool:
        """Tell whether `claim` is the value with the padding counted, and not the one without."""
        if self.padded is None or claim.array is None or claim.array.size != 1:
            return False
        number = float(claim.array.astype(np.float64).reshape(()))
        return abs(number - self.padded) <= self.atol < abs(number - self.value)


@dataclass(frozen=True)
class OnDevice:
    """An array on the device that the call was made on, which the judge fills in."""

    device: str = ""

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` lives on the device. NumPy arrays live on none."""
        if claim.device == self.device:
            return None
        where = claim.device or f"no device ({claim.type_name})"
        return Mismatch("device", f"the result is on {where}; its input was on {self.device}")


@dataclass(frozen=True)
class NotFinite:
    """A diagnosis only: an array that holds NaN or infinity."""

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` is not finite everywhere."""
        array = claim.array
        if array is not None and array.dtype.kind == "f" and not np.isfinite(array).all():
            return None
        return Mismatch("value", "finite")


@dataclass(frozen=True)
class HasShape:
    """A diagnosis by shape alone: an array, or one number where `shape` is ()."""

    shape: tuple[int, ...]

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` has this shape. MXNet reduces to (1,), which counts as ()."""
        if claim.array is not None:
            shape = claim.array.shape
            if shape == self.shape or (self.shape == () and claim.array.size == 1):
                return None
        return Mismatch("shape", "another shape")


@dataclass(frozen=True)
class OfKind:
    """A diagnosis by kind alone: `none` for a function that returns nothing."""

    kind: str

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Return None where `claim` is of this kind."""
        return None if claim.kind == self.kind else Mismatch("type", "another kind")


@dataclass(frozen=True)
class Anything:
    """A diagnosis that a mismatch alone proves."""

    def __call__(self, claim: Claim) -> Mismatch | None:
        """Fit every claim."""


Expectation = (
    Anything
    | CloseTo
    | Fraction
    | HasShape
    | Items
    | Moments
    | NotFinite
    | Number
    | OfKind
    | OnDevice
    | OneOf
    | Same
    | Text
    | Truth
    | Whole
)


def _whole(array: NDArray[np.generic], right: NDArray[np.generic]) -> Mismatch | None:
    """Compare whole numbers or truth values of equal shape, exactly."""
    if array.dtype.kind not in "iubf" or (array.dtype.kind == "b") != (right.dtype.kind == "b"):
        return Mismatch("dtype", f"dtype {array.dtype}; expected {right.dtype}")
    wrong = ~(array == right)
    if not wrong.any():
        return None
    if array.ndim == 0:
        return Mismatch("value", f"{array.item():g}; expected {right.item():g}")
    first = tuple(int(i[0]) for i in np.nonzero(wrong))
    return Mismatch(
        "value",
        f"{int(wrong.sum())} of {array.size} values differ; the first is at {list(first)}: "
        f"{array[first]:g}, expected {right[first]:g}",
    )


def is_known(expect: object) -> bool:
    """Tell whether an expectation is one of these, and not a class of the course's own."""
    return type(expect) in get_args(Expectation)


def compared(expect: Expectation, claim: Claim) -> Mismatch | None:
    """Compare; what a course's own expectation gets wrong is the course's fault, a `CourseError`."""
    if is_known(expect):
        return expect(claim)
    name, found = type(expect).__name__, None
    try:
        found = expect(claim)
    except Exception as error:
        raise CourseError(f"the expectation {name} raised {type(error).__name__}: {error}") from error
    if found is not None and not isinstance(found, Mismatch):
        raise CourseError(f"the expectation {name} returned a {type(found).__name__}: return None or a Mismatch")
    return found


def _values(claim: Float, value: Float, rtol: float, atol: float | Float) -> Mismatch | None:
    """Compare numbers of equal shape; say how many differ, and where most."""
    bad = ~np.isfinite(claim)
    if bad.any():
        names = sorted({"NaN" if np.isnan(v) else "infinity" for v in claim[bad]})
        return Mismatch("nonfinite", f"{' and '.join(names)} in {int(bad.sum())} of {claim.size} values")
    error = np.abs(claim - value)
    off = ~((error <= atol + rtol * np.abs(value)) & np.isfinite(value))  # anything is within rtol of infinity
    if not off.any():
        return None
    if claim.ndim == 0:
        return Mismatch("value", f"{float(claim):.6g}; expected {float(value):.6g}")
    worst = tuple(int(i) for i in np.unravel_index(np.argmax(np.where(off, error, -1)), error.shape))
    return Mismatch(
        "value",
        f"{int(off.sum())} of {claim.size} values differ; the largest difference is at "
        f"{list(worst)}: {claim[worst]:.6g}, expected {value[worst]:.6g}",
    )


def _told(claim: Claim) -> str:
    if claim.kind == "none":
        return "None (is a `return` missing?)"
    if claim.kind == "scalar":
        return f"one number ({claim.type_name})"
    return f"a {claim.type_name}"


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)
