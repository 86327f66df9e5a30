"""IDX files: what they hold is read to the byte, and what is no IDX file is a ValueError."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from autograder import idx

images = arrays_of.arrays(np.uint8, arrays_of.array_shapes(max_dims=3, max_side=5))


def packed(array: idx.Bytes) -> bytes:
    """Write an IDX file by its definition."""
    sizes = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


@given(images)
def test_what_was_written_is_read(array: idx.Bytes) -> None:
    """Shape and values come back."""
    back = idx.parse(packed(array))
    assert back.shape == array.shape
    assert np.array_equal(back, array)


@pytest.mark.parametrize("zipped", [False, True])
def test_files_may_be_gzipped(tmp_path: Path, zipped: bool) -> None:
    """Either form gives the same array, whatever the file is called."""
    array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    raw = packed(array)
    (tmp_path / "file").write_bytes(gzip.compress(raw) if zipped else raw)
    assert np.array_equal(idx.read(tmp_path / "file"), array)


WHOLE = packed(np.arange(6, dtype=np.uint8).reshape(2, 3))


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_a_file_cut_short_is_refused(length: int) -> None:
    """At every length but the whole one."""
    with pytest.raises(ValueError, match=r"IDX|buffer|reshape|negative dim"):
        idx.parse(WHOLE[:length])


@pytest.mark.parametrize(
    "raw",
    [WHOLE + b"\0", b"\1" + WHOLE[1:], WHOLE[:2] + b"\x0d" + WHOLE[3:], b"PK\3\4" + WHOLE],
    ids=["too long", "no zero at the start", "floats", "something else"],
)
def test_what_is_no_file_of_bytes_is_refused(raw: bytes) -> None:
    """Too much, another type or another format."""
    with pytest.raises(ValueError, match=r"IDX|buffer|reshape|negative dim"):
        idx.parse(raw)


@given(st.binary(max_size=40))
def test_noise_is_an_array_or_a_value_error(raw: bytes) -> None:
    """No bytes raise anything else."""
    try:
        assert idx.parse(raw).dtype == np.uint8
    except ValueError:
        return


def test_a_torn_gzip_file_is_a_value_error(tmp_path: Path) -> None:
    """A download that broke off, or rotted, is told as one."""
    whole = gzip.compress(WHOLE * 100)
    for name, raw in {"short": whole[:-9], "rotten": whole[:20] + b"\xff" * 8 + whole[28:]}.items():
        (tmp_path / name).write_bytes(raw)
        with pytest.raises((ValueError, gzip.BadGzipFile)):
            idx.unpacked(tmp_path / name)
