"""Facts about recorded cases from anywhere: whatever the file holds, one sentence, in bounded time and memory."""

import os
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import msgspec
import pytest
from students import CASES

from autograder.checks import Case
from autograder.errors import CourseError
from autograder.student import casefile
from autograder.student.display import as_html, as_text
from autograder.student.outcome import SelfCheck

RAW = CASES.read_bytes()
ESCAPES = "a\x1b[31m\u202eb\n\x9b1m\u2028\u200b<script>"


def changed(path: str, value: object) -> bytes:
    """Return the released file with one value changed."""
    tree: Any = msgspec.msgpack.decode(RAW)
    at, *keys = [int(k) if k.isdecimal() else k for k in path.split(".")][::-1]
    place = tree
    for key in keys[::-1]:
        place = place[key]
    place[at] = value
    return msgspec.msgpack.encode(tree)


def with_key(key: str, raw: bytes) -> bytes:
    """Return a file of the right version, with one more key, whose value is written in bytes."""
    return b"\x82\xa7version\x03" + msgspec.msgpack.encode(key) + raw


def array(dtype: str, shape: list[int], data: bytes = b"") -> dict[str, object]:
    """Write an array as the file has it."""
    return {"dtype": dtype, "shape": shape, "data": data}


MANY = b"\xdd" + struct.pack(">I", 20_000_000)
HOSTILE = {
    "lists in lists": b"\x91" * 10**6 + b"\xc0",
    "lists in a known key": with_key("items", b"\x91" * 10**6 + b"\xc0"),
    "maps in a known key": with_key("needs", b"\x81\xa1a" * 10**6 + b"\xc0"),
    "lists in an unknown key": with_key("other", b"\x91" * 10**6 + b"\xc0"),
    "a list of four thousand million": with_key("items", b"\xdd\xff\xff\xff\xff"),
    "a map of four thousand million": with_key("needs", b"\xdf\xff\xff\xff\xff"),
    "a text of four thousand million": with_key("assignment", b"\xdb\xff\xff\xff\xff"),
    "twenty million of nothing": with_key("items", MANY + b"\xc0" * 20_000_000),
    "twenty million empty names": with_key("functions", MANY + b"\xa0" * 20_000_000),
    "a million forbidden names": changed("forbid", {"softmax": {str(i): 1.0 for i in range(10**6)}}),
    "an extension": with_key("items", b"\xc7\x08\x05abcdefgh"),
    "an array of no size": changed("items.0.cases.0.arrays.0", array("float32", [2**31 - 1, 0])),
    "an expectation of no size": changed("items.0.cases.0.aspects.0.fields.value", array("float64", [2**31 - 1, 0])),
    "nine dimensions": changed("items.0.cases.0.arrays.0.shape", [1] * 9),
    "rounds without end": changed("items.6.cases.0.request.rounds", 10**9),
    "an argument that is not there": changed("items.1.cases.0.request.wrt", 10**6),
    "a value that does not come back": changed("items.0.cases.0.aspects.0.index", 10**18),
    "points of NaN": changed("items.0.check.points", float("nan")),
    "points of infinity": changed("items.0.check.points", float("inf")),
    "a name with escapes": changed("items.0.check.name", ESCAPES),
    "an exercise with escapes": changed("items.0.check.exercise", ESCAPES),
    "an assignment with escapes": changed("assignment", "\x1b]0;x\x07"),
    "a function with escapes": changed("items.0.cases.0.request.function", ESCAPES),
    "an aspect with escapes": changed("items.8.cases.0.train", ESCAPES),
    "a key with escapes": changed(f"items.0.cases.0.{ESCAPES.replace('.', '')}", 3),
    "a training order of no size": changed("training.order", array("int32", [2**31 - 1, 0])),
    "a training order of negatives": changed("training.order", array("int32", [1, 1], struct.pack("<i", -5))),
    "steps that never come": changed("training.snapshots.0.step", 10**9),
    "no snapshots": changed("training.snapshots", []),
    "a loss of NaN": changed("training.snapshots.0.loss", float("nan")),
    "parameters of other shapes": changed("training.start.1", array("float32", [3], b"\0" * 12)),
    "an accuracy of seven": changed("training.test_accuracy", 7.0),
    "needs that are not there": changed("needs.softmax", ["nothing"]),
    "no functions": changed("functions", []),
    "a call in training": changed("items.8.cases.0", msgspec.msgpack.decode(RAW)["items"][0]["cases"][0]),
    "a check twice": msgspec.msgpack.encode(
        {**(tree := msgspec.msgpack.decode(RAW)), "items": [*tree["items"], tree["items"][0]]}
    ),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_one_sentence(raw: bytes) -> None:
    """Printable, short, and with what to do; no more memory than four times the file."""
    tracemalloc.start()
    try:
        with pytest.raises(CourseError) as caught:
            casefile.parse(raw)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    text = str(caught.value)
    assert text.startswith("public_cases.msgpack: damaged (")
    assert text.endswith("; get the file again")
    assert text.isprintable()
    assert len(text) < 300
    assert most < 4 * len(raw) + (8 << 20)


def test_texts_are_made_safe_to_show() -> None:
    """Titles, diagnoses and what exceptions mean: on one line, without escapes; and HTML is escaped."""
    tree = msgspec.msgpack.decode(RAW)
    tree["items"][0]["check"]["title"] = ESCAPES
    case = tree["items"][0]["cases"][0]
    case["mistakes"][0]["text"] = ESCAPES
    case["raises"] = [[ESCAPES, ESCAPES]]
    item = casefile.parse(msgspec.msgpack.encode(tree)).items[0]
    safe = "a [31m b 1m <script>"
    assert item.check.title == safe
    assert isinstance(item.cases[0], Case)
    assert (item.cases[0].mistakes[0].text, item.cases[0].raises) == (safe, ((safe, safe),))


def test_what_a_problem_quotes_is_escaped() -> None:
    """In a notebook's HTML; and a terminal gets one line."""
    found = SelfCheck(problem="<img src=x onerror=alert(1)>")
    assert "<img" not in as_html(found)
    assert as_text(found) == "<img src=x onerror=alert(1)>"


def test_what_is_no_plain_file_is_named_and_not_waited_for(tmp_path: Path) -> None:
    """A link, a pipe, a folder, a device, a file that is too large."""
    path = tmp_path / casefile.FILE
    kinds = {
        "it is a link, which is not followed": lambda: path.symlink_to(CASES),
        "it is no plain file": lambda: os.mkfifo(path),
        "Is a directory": path.mkdir,
        "it is larger than 64 MiB": lambda: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), (64 << 20) + 1),
        "No such file or directory": lambda: None,
    }
    for told, make in kinds.items():
        make()
        with pytest.raises(CourseError) as caught:
            casefile.read(path)
        assert str(caught.value) == f"{path}: cannot be read ({told}); get the assignment's folder again"
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
