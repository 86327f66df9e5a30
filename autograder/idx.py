"""IDX, the file format of MNIST: two zero bytes, a type, the number of dimensions, their sizes, then the values."""

import gzip
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
UNSIGNED_BYTE = 0x08


def unpacked(path: Path) -> bytes:
    """Return the bytes of a file, gunzipped if it is gzipped. Raises OSError or ValueError."""
    raw = path.read_bytes()
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, zlib.error) as error:
        raise ValueError(f"not a whole gzip file: {error}") from None


def parse(raw: bytes) -> Bytes:
    """Return what an IDX file of unsigned bytes holds: `(examples,)` labels or `(examples, 28, 28)` images."""
    if len(raw) < 4 or raw[:2] != b"\0\0" or raw[2] != UNSIGNED_BYTE:
        raise ValueError("not an IDX file of unsigned bytes")
    dimensions = raw[3]
    shape = tuple(int(n) for n in np.frombuffer(raw, ">u4", dimensions, offset=4))
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def read(path: Path) -> Bytes:
    """Read one IDX file, gzipped or not."""
    return parse(unpacked(path))
