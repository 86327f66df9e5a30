"""What to show of a failing case: small tables of the input, the student's values, the expected ones, the difference.

All tables of a case show the same rows and columns, chosen so that the largest difference is among them.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from autograder import wire
from autograder.checks import code
from autograder.checks.expectations import CloseTo, Float, Fraction
from autograder.student.outcome import Example

Kind = TypeVar("Kind", bound=np.generic)

ROWS, COLUMNS = 4, 5  # of a table that is shown
INPUTS = 3  # arrays that are shown of a program's


@dataclass(frozen=True)
class Table:
    """A part of an array. `rows` and `columns` are indices into it; a vector is one column, a number one cell.

    cells: `(rows, columns)`. off: which of them are wrong; None where the table says nothing about that.
    """

    name: str
    shape: tuple[int, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    cells: Float
    off: NDArray[np.bool_] | None = None

    @property
    def more_rows(self) -> bool:
        """Tell whether the array has rows that are not shown."""
        return len(self.shape) > 0 and self.shape[0] > len(self.rows)

    @property
    def more_columns(self) -> bool:
        """Tell whether the array has columns that are not shown."""
        return len(self.shape) > 1 and self.shape[1] > len(self.columns)


def asked(example: Example) -> str:
    """Say what was called."""
    request = example.case.request
    match request:
        case wire.Play(steps=steps):
            return "\n".join(code.lines(steps, example.aspect.index))
        case wire.Gradient(function=name, wrt=wrt):
            inputs = _arguments(example, len(example.case.arrays) - 1)
            return f"the gradient of sum({name}({', '.join(inputs)}) * weights) by {inputs[wrt]}"
        case wire.Update(function=name, lr=lr):
            return f"{name}(params, {lr:g}), params[{example.aspect.index}]"
        case wire.Evaluate(function=name, batch_size=size, consumed=consumed):
            served = f", of which {consumed} have been served" if consumed else ""
            images = example.case.arrays[0]
            return f"{name}(data_iterator, net) on {len(images)} images in batches of {size}{served}"
    return f"{request.function}({', '.join(_arguments(example, len(example.case.arrays)))})"


def tables(example: Example) -> tuple[Table, ...]:
    """Cut out what is to be shown, each array at most `ROWS` by `COLUMNS`."""
    expected, yours = _expected(example), _yours(example)
    named = _inputs(example)
    difference, off = None, None
    if yours is not None:
        named.append(("yours", yours))
    if expected is not None:
        named.append(("expected", expected))
        if yours is not None and yours.shape == expected.shape:
            with np.errstate(all="ignore"):
                difference = yours - expected
            off = _off(example, difference, expected)
    rows, columns = _window(difference, off)
    found = [_cut(name, array, rows, columns) for name, array in named]
    if difference is not None and off is not None:
        found.append(_cut("difference", difference, rows, columns, off))
    return tuple(found)


def _arguments(example: Example, count: int) -> list[str]:
    if len(example.names) >= count:
        return list(example.names[:count])
    return ["input"] if count == 1 else [f"argument {i + 1}" for i in range(count)]


def _inputs(example: Example) -> list[tuple[str, Float]]:
    arrays, request = example.case.arrays, example.case.request
    index = example.aspect.index
    match request:
        case wire.Play():
            named = [(code.letter(i), array) for i, array in enumerate(arrays)][:INPUTS]
        case wire.Call() if example.aspect.where == "after":  # what is expected is the input
            return []
        case wire.Call():
            named = list(zip(_arguments(example, len(arrays)), arrays, strict=True))
        case wire.Gradient():
            named = list(zip([*_arguments(example, len(arrays) - 1), "weights"], arrays, strict=True))
        case wire.Update():
            parameter = f"params[{index}]"
            named = [(parameter, arrays[index]), (f"{parameter}.grad", arrays[len(arrays) // 2 + index])]
        case _:
            return []
    return [(name, a.astype(np.float64)) for name, a in named if a.ndim <= 2 and a.size]


def _expected(example: Example) -> Float | None:
    match example.aspect.expect:
        case Fraction(value=value):
            return np.asarray(value, np.float64)
        case CloseTo(value=array) if array.ndim <= 2 and array.size:
            return array
    return None


def _yours(example: Example) -> Float | None:
    array = example.claim.array
    if array is None or array.ndim > 2 or array.dtype.kind not in "fiub" or not array.size:
        return None
    yours: Float = array.astype(np.float64)
    return yours.reshape(()) if isinstance(example.aspect.expect, Fraction) and yours.size == 1 else yours


def _off(example: Example, difference: Float, expected: Float) -> NDArray[np.bool_]:
    expect = example.aspect.expect
    allowed: Float | float = 0.0
    if isinstance(expect, CloseTo):
        allowed = expect.atol + expect.rtol * np.abs(expected)
    elif isinstance(expect, Fraction):
        allowed = expect.atol
    wrong: NDArray[np.bool_] = ~(np.abs(difference) <= allowed)  # NaN is within no distance
    return wrong


def _window(difference: Float | None, off: NDArray[np.bool_] | None) -> tuple[int, int]:
    """Return the first row and the first column to show: the top left, unless what differs most lies elsewhere."""
    if difference is None or off is None or not off.any():
        return 0, 0
    size = np.where(np.isfinite(difference), np.abs(difference), np.inf)
    worst = np.unravel_index(int(np.argmax(np.where(off, size, -1.0))), difference.shape)
    row = int(worst[0]) if len(worst) > 0 else 0
    column = int(worst[1]) if len(worst) > 1 else 0
    return max(0, row - ROWS + 1), max(0, column - COLUMNS + 1)


def _cut(name: str, array: Float, row: int, column: int, off: NDArray[np.bool_] | None = None) -> Table:
    def grid(values: NDArray[Kind]) -> NDArray[Kind]:
        return values.reshape(len(values), -1) if values.ndim else values.reshape(1, 1)

    whole = grid(array)
    rows = _indices(row, whole.shape[0], ROWS)
    columns = _indices(column, whole.shape[1], COLUMNS)
    part = np.ix_(rows, columns)
    return Table(name, array.shape, rows, columns, whole[part], None if off is None else grid(off)[part])


def _indices(first: int, length: int, most: int) -> tuple[int, ...]:
    first = min(first, max(0, length - most))
    return tuple(range(first, min(length, first + most)))
