"""Hypothesis strategies: arrays as they travel, and claims as workers make them."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.typing import NDArray

from autograder import wire

Array = NDArray[np.generic]

shapes = arrays_of.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4)
dtypes = st.sampled_from(wire.DTYPES).map(np.dtype)


def _strided(array: Array) -> Array:
    """Return equal values that do not lie one after another in memory."""
    return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array


@st.composite
def wire_arrays(draw: st.DrawFn) -> Array:
    """An array of any carried dtype and shape: also 0-d, empty, big-endian, Fortran order or strided."""
    dtype = draw(dtypes)
    array = draw(arrays_of.arrays(dtype, draw(shapes)))
    form = draw(st.sampled_from(("plain", "big-endian", "fortran", "strided", "transposed")))
    if form == "big-endian":
        return array.astype(dtype.newbyteorder(">"))
    if form == "fortran":
        return np.asarray(array, order="F")
    if form == "strided":
        return _strided(array)
    return array.T if form == "transposed" else array


numbers = st.floats(-1e6, 1e6, allow_nan=False)
"""Numbers of the size that exercises deal in."""

float_arrays = arrays_of.arrays(np.float64, arrays_of.array_shapes(max_dims=3, max_side=5), elements=numbers)
"""Expected values: `(n, ...)` float64, at least one element."""
