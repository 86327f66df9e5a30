"""What a file or a reply may cost the judge in memory: at most four times what came in. Each has its own process."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOOR_MB = 24  # what four times nothing would leave for Python's own ups and downs

MEASURE = """
import resource, sys
sys.path.insert(0, {root!r})
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
"""

REPLY = (
    MEASURE
    + """
import socket, threading
import msgspec, numpy as np
from autograder.checks import vocabulary as checks
from autograder import wire
from autograder.judging.assess import assess
from autograder.sandbox.server import Answer
X = np.array([[1.0, 2.0], [3.0, 4.0]])
CASES = [
    checks.call("f", X, expect=checks.close_to(2 * X), mistakes={{"three times": 3 * X}}, unchanged=True),
    checks.gradient("f", X, head=X, expect=checks.close_to(2 * X)),
    checks.update("f", [X, X], [X, X], 0.5, expect=[checks.close_to(X / 2)] * 2),
    checks.update("f", [X, X], [X, X], 0.5, expect=[checks.close_to(X / 2)] * 2, mistakes={{"none": [X, X]}}),
]
size = wire.TO_JUDGE.payload
shape = {shape}
array = wire.ArraySpec({dtype!r}, shape)
kinds = tuple(wire.Value("ndarray", "NDArray", 0, "cpu(0)") for _ in range(3))
header = msgspec.msgpack.encode(wire.Returned(arrays=(array,), values=kinds, after=(0, 0)))
ours, theirs = socket.socketpair()
block = bytes(1 << 20)
def send():
    theirs.sendall(wire._LENGTHS.pack(len(header), size) + header)
    for _ in range(size // len(block)):
        theirs.sendall(block)
threading.Thread(target=send, daemon=True).start()
before = peak()
reply, arrays = wire.receive(ours, wire.Reply, wire.TO_JUDGE, seconds=60)
for case in CASES:
    assert assess(case, Answer(reply, arrays), "cpu(0)") is not None
print((peak() - before) / (size >> 20))
"""
)

FILE = (
    MEASURE
    + """
from pathlib import Path
from autograder.course.notebook import InvalidSubmission, read_submission
before = peak()
try:
    read_submission(Path({path!r}))
except InvalidSubmission as error:
    print(error, file=sys.stderr)
print((peak() - before - {floor}) / {size})
"""
)


def times(program: str) -> float:
    """Run a program and return the number that it prints: memory in units of what came in."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=True)
    return float(done.stdout)


@pytest.mark.parametrize(
    ("dtype", "shape"),
    [("uint8", (64 << 20,)), ("bool", (2, 32 << 20)), ("float16", (32 << 20, 1)), ("float64", (2, 2, 2 << 20))],
)
def test_a_large_reply_costs_little_more_than_itself(dtype: str, shape: tuple[int, ...]) -> None:
    """Every kind of check looks at the shape before it converts anything, however often the reply names an array."""
    assert times(REPLY.format(root=str(ROOT), dtype=dtype, shape=shape)) < 4


def test_a_reply_of_many_arrays_costs_little() -> None:
    """A header of 256 KiB that describes nothing but empty arrays is refused or read; it does not grow."""
    program = MEASURE + (
        "import numpy as np\nfrom autograder import wire\nbefore = peak()\n"
        "specs = [wire.ArraySpec('bool', (0,))] * 12_000\n"
        "arrays = wire.unpack_arrays(specs, b'')\nprint((peak() - before) / 4)\n"
    )
    assert times(program.format(root=str(ROOT))) < 4


CELL = b'{"cells":[{"cell_type":"code","source":'
FILES = {
    "strings": (CELL + b"[", b'"ab",', b'"c"]}]}'),
    "strings of text cells": (b'{"cells":[{"cell_type":"markdown","source":[', b'"",', b'"c"]}]}'),
    "worksheets": (b'{"worksheets":[', b"{},", b"{}]}"),
    "cells": (b'{"cells":[', b'{"cell_typ\\u0065":"code"},', b'{"cell_type":"code"}]}'),
    "outputs": (CELL + b'"a","outputs":[', b"[],", b"1]}]}"),
    "outputs with NaN": (CELL + b'"a","outputs":[NaN,', b"[],", b"1]}]}"),
    "an emoji in a picture": (CELL + '"😀","outputs":["'.encode(), b"iVBORw0K", b'"]}]}'),
    "escapes": (CELL + b'"', b"\\u4e2d", b'"}]}'),
    "digits": (b'{"cells":[],"x":', b"9", b"}"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [8, 40])
def test_a_large_file_costs_at_most_four_times_its_size(tmp_path: Path, name: str, size: int) -> None:
    """Whatever it holds much of, and whether it is read or refused."""
    begin, unit, end = FILES[name]
    path = tmp_path / "n.ipynb"
    path.write_bytes(begin + unit * (((size << 20) - len(begin) - len(end)) // len(unit)) + end)
    assert times(FILE.format(root=str(ROOT), path=str(path), floor=FLOOR_MB, size=size)) < 4


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_another_encoding_costs_no_more(tmp_path: Path, encoding: str) -> None:
    """Text is brought to UTF-8 a piece at a time."""
    path = tmp_path / "n.ipynb"
    path.write_bytes(('{"cells":[{"cell_type":"markdown","source":"' + "中" * (8 << 20) + '"}]}').encode(encoding))
    size = path.stat().st_size >> 20
    assert times(FILE.format(root=str(ROOT), path=str(path), floor=FLOOR_MB, size=size)) < 4
