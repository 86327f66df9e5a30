"""Claims against expectations: the only place where a value that a submission produced is called right or wrong.

The order is fixed: type, shape, dtype, finiteness, values. NaN equals nothing; a number never equals an array;
an integer array never equals probabilities. Tolerances are stated for float32 inputs: a float64 result was
still computed from float32 numbers, so it is held to the same bound; float16 results are refused.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from autograder.errors import CourseError

Float = NDArray[np.float64]

RTOL = 2e-5  # float32 has eps 1.2e-7: room for some hundred roundings, none for a wrong formula
ATOL = 2e-6
FLOATS = ("float32", "float64")


@dataclass(frozen=True)
class Claim:
    """One value as a worker reported it."""

    kind: Literal["ndarray", "numpy", "scalar", "none", "other"]
    type_name: str
    array: NDArray[np.generic] | None = None
    device: str | None = None


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

    def is_padded(self, claim: Claim) -> bool:
        """Tell whether `claim` is the value with the padding counted, and not the one without."""
        if self.padded is None or claim.array is None or claim.array.size != 1:
            return False
        number = float(claim.array.astype(np.float64).reshape(()))
        return abs(number - self.padded) <= self.atol < abs(number - self.value)


@dataclass(frozen=True)
class OnDevice:
    """An array on the device that the call was made on."""

    device: str

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


Expectation = Anything | CloseTo | Fraction | OnDevice | NotFinite | HasShape | OfKind


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
