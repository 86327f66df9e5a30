"""What a wrong value shows by itself, whatever the exercise: the diagnosis where no known mistake fits.

Each sentence states something that was measured, and what commonly causes it; none quotes a value, an input or
text of the submission's, so that all may be told of hidden checks too. Silence is better than a guess.
"""

import numpy as np
from numpy.typing import NDArray

from autograder.checks.expectations import Claim, CloseTo, Expectation, Float, Fraction

Array = NDArray[np.generic]

NEAR = 0.01  # of the largest value: what rounding, half precision or a stray guard do, and little else
EXACT = 1e-4  # of the largest value: room for float32, and for a tolerance that an exercise grants

TYPES = {
    "list": "a list",
    "tuple": "a tuple",
    "dict": "a dict",
    "set": "a set",
    "str": "a text",
    "function": "a function (was it meant to be called?)",
    "method": "a method (was it meant to be called?)",
    "builtin_function_or_method": "a method (was it meant to be called?)",
    "generator": "a generator (nothing in it has run yet)",
    "map": "a map object (nothing in it has run yet)",
}
NOTHING = "returned nothing: the function has no `return` on the path that was taken"

SHAPES = "two shapes do not fit together: print both; is an axis kept (keepdims) or a size written into the code?"
DEVICES = "arrays on two devices meet: make and move arrays on the device of the input, or `ctx`"
STUCK = "was still at work when the time was up: a loop or a recursion that never ends, or far too much work?"
ERRORS = (  # type of the exception, text in it, what it means
    ("WrongDevice", "", DEVICES),
    ("NameError", "", "uses a name that has no value there: is it misspelt, or defined only elsewhere?"),
    ("UnboundLocalError", "", "uses a name that has no value there: it is assigned in this function, but only later"),
    ("RecursionError", "", "calls itself without end: is another function of this name meant?"),
    ("ValueError", "values to unpack", "unpacks another number of items than there are: go through them in a loop"),
    ("IndexError", "", "asks for an item that is not there: is a size written into the code?"),
    (
        "TypeError",
        "'NoneType'",
        "calculates with None: an array without attach_grad() has no gradient",
    ),
    ("TypeError", "() missing", "takes another number of arguments than it is called with"),
    ("TypeError", "() takes", "takes another number of arguments than it is called with"),
    ("TypeError", "object is not callable", "calls something that no function is: are the parentheses too many?"),
    ("MXNetError", "Inplace operations", "writes into an array in place while autograd records: compute a new array"),
    ("MXNetError", "in-place", "writes into an array in place while autograd records: compute a new array"),
)
SHAPE_WORDS = ("broadcast", "ncompatible", "nconsistent", "hape")


def of_error(error: str, text: str) -> str | None:
    """Say what an exception of this type and text usually means."""
    # An error inside a call-back of MXNet's arrives as an ArgumentError that quotes it.
    known = [told for kind, part, told in ERRORS if (kind == error or f"{kind}:" in text) and part in text]
    if known:
        return known[0]
    if error in ("MXNetError", "ValueError", "AssertionError") and _speaks_of(text, SHAPE_WORDS):
        return SHAPES
    return None


def of_value(expect: Expectation, claim: Claim) -> str | None:
    """Say what is wrong with a value that `expect` refused."""
    array = claim.array
    if claim.kind == "none":
        return NOTHING
    if array is None:
        return f"returned {TYPES[claim.type_name]}" if claim.type_name in TYPES else None
    if isinstance(expect, Fraction):
        return _of_fraction(array, expect)
    if not isinstance(expect, CloseTo):
        return None
    if claim.kind == "scalar":
        return "returned one number instead of an array"
    return _of_dtype(array) or _of_shape(array, expect.value) or _of_numbers(array, expect.value)


def of_update(before: list[Float], after: list[Float], right: list[Float]) -> str | None:
    """Say what is wrong with arrays that were to be changed in place: `right` is where they should have ended."""
    same = [np.array_equal(a, b) for a, b in zip(after, before, strict=True)]
    hit = [_close(a, r, EXACT * np.abs(r - b).max()) for a, r, b in zip(after, right, before, strict=True)]
    if any(same) and any(hit) and all(s or h for s, h in zip(same, hit, strict=True)):
        return "some of the parameters were updated, the others left as they were: go through all of them"
    number = hit.index(False) if False in hit else 0
    got, want, origin = after[number], right[number], before[number]
    if not np.isfinite(got).all():
        return "NaN or infinity came out"
    if (got == np.round(got)).all():
        return "whole numbers came out: something was cut to integers"
    if got.size > 1 and (got.astype(np.float16) == got).all():
        return "half precision (float16) came out: stay with float32"
    decimals = _decimals(got, want)
    if decimals:
        return decimals
    rows = _of_rows(got - origin, want - origin)
    if rows:
        return rows
    moves = [np.concatenate([np.ravel(a - b) for a, b in zip(ends, before, strict=True)]) for ends in (after, right)]
    if _parallel(moves[0], moves[1]):
        return (
            "the step points the right way but is too long or too short by one and the same factor: "
            "use the learning rate that is given, once"
        )
    return None


def _of_fraction(array: Array, expect: Fraction) -> str | None:
    if array.size != 1:
        return "more than one number came out instead of one fraction"
    number = float(array.astype(np.float64).reshape(()))
    if not np.isfinite(number):
        return "NaN or infinity came out"
    wanted = [expect.value] + ([] if expect.padded is None else [expect.padded])
    if any(abs(number - round(w, d)) < 1e-6 for w in wanted for d in (1, 2, 3)):
        return "rounded: return the fraction as it is"
    if number > 1:
        return "more than 1 came out: something is counted that is not among the examples divided by"
    return None


def _of_dtype(array: Array) -> str | None:
    if array.dtype.kind in "iu":
        return "whole numbers came out: something was cut to integers"
    if array.dtype.kind == "b":
        return "truth values came out instead of numbers"
    if array.dtype.name == "float16":
        return "half precision (float16) came out: stay with float32"
    return None


def _of_shape(array: Array, right: Float) -> str | None:
    if array.shape == right.shape:
        return None
    if array.ndim == right.ndim and array.shape == right.shape[::-1]:
        return "transposed: rows and columns are exchanged"
    if array.size == 1:
        return "one number came out: it should be an array"
    if array.shape == right.shape[1:]:
        return "one row came out instead of one for each example"
    return None


def _of_numbers(array: Array, right: Float) -> str | None:
    """Compare arrays; shapes that differ by axes of length one have been forgiven elsewhere."""
    if array.size != right.size:
        return None
    got = array.astype(np.float64).reshape(right.shape)
    if not np.isfinite(got).all():
        return "NaN or infinity came out"
    scale = float(np.abs(right).max())
    if scale == 0 or right.size == 1:
        return None
    if not got.any():
        return "every value is zero"
    if np.ptp(got) <= EXACT * np.abs(got).max() and np.ptp(right) > NEAR * scale:
        return "every value is the same: it does not depend on its own example"
    if _close(got, -right, EXACT * scale):
        return "the size is right but the sign is not"
    decimals = _decimals(got, right)
    if decimals:
        return decimals
    if _close(got, right, NEAR * scale) and np.all(np.abs(got - right) <= NEAR * np.abs(right)):
        return "right to within a percent, but not exactly: a guard, half precision, or an approximation?"
    if _parallel(got, right):
        return "too large or too small by one and the same factor"
    if np.ptp(got - right) <= EXACT * scale:
        return "one and the same number was added to each value"
    return _of_rows(got, right) or _of_order(got, right)


def _of_rows(got: Float, right: Float) -> str | None:
    """Find out whether some rows, and which, are right."""
    if right.ndim == 0 or len(right) < 2:
        return None
    scale = np.abs(right).max()
    good = [_close(g, r, EXACT * scale) for g, r in zip(got, right, strict=True)]
    if all(good) or not any(good):
        return None
    first = good.index(False)
    if len(good) > 2 and all(good[:-1]):
        return "all is right but the last row: does a loop end one too early?"
    if good == [True] * first + [False] * (len(good) - first):
        if first == 1:
            return "only the first row is right"
        return "the first rows are right, the later ones are not: is a fixed number of rows written into the code?"
    return None


def _of_order(got: Float, right: Float) -> str | None:
    if right.ndim == 2 and right.shape[0] == right.shape[1] and _close(got, right.T, EXACT * np.abs(right).max()):
        return "transposed: rows and columns are exchanged"
    if _close(np.sort(got, axis=None), np.sort(right, axis=None), EXACT * np.abs(right).max()):
        return "the right numbers came out, but in another order"
    return None


def _decimals(got: Float, right: Float) -> str | None:
    for places in (1, 2, 3, 4):
        rounded = np.round(got, places)
        if _close(got, rounded, 1e-6) and _close(got, right, 0.51 * 10.0**-places) and np.unique(rounded).size > 1:
            return "rounded to a few decimals: return the values as they are"
    return None


def _parallel(got: Float, right: Float) -> bool:
    """Tell whether `got` is a multiple of `right`, in more than one place."""
    length = float((right * right).sum())
    if right.size < 2 or length == 0:
        return False
    factor = float((got * right).sum()) / length
    return abs(factor) > EXACT and _close(got, factor * right, 10 * EXACT * abs(factor) * float(np.abs(right).max()))


def _close(one: Float, other: Float, within: float) -> bool:
    return bool(np.all(np.abs(one - other) <= within))


def _speaks_of(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)
