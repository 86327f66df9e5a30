"""What is fuzzed: for each target how an input is made, how it is fed in, and which exceptions it may end in.

An input is bytes, and a run of it is a function of those bytes alone, so that a file under `found/` replays it.
"""

import contextlib
import functools
import json
import random
import socket
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext  # noqa: F401 - slow to import: not within the time of the first input
import msgspec

from autograder import wire
from autograder.course import notebook
from autograder.course import settings as course
from autograder.course.notebook import InvalidSubmission
from autograder.errors import CourseError
from autograder.student import casefile
from autograder.worker.slicing import plan as slicing
from tests.fuzz import samples
from tests.fuzz.mutate import ODD_VALUES, mutated_bytes, mutated_lines, mutated_tree, nested

NAMES = ("softmax", "cross_entropy", "SGD", "evaluate_accuracy")
PATIENCE = 0.02  # seconds until a peer that says nothing more is Late
MOST = 100_000  # bytes that a socket pair takes without a reader
LENIENT_ODD = (*ODD_VALUES, "\ud800", 10**400, -(10**30), float("-inf"))
ENCODINGS = ("utf-8",) * 6 + ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1")


@dataclass(frozen=True)
class Target:
    """One reader of hostile bytes."""

    name: str
    make: Callable[[random.Random], bytes]
    run: Callable[[bytes], None]  # raises what a reader should not
    apart: bool = False  # run in a process of its own, which deep nesting may kill


# ------------------------------------------------------------------------------------ notebook reader


def make_ipynb(rng: random.Random) -> bytes:
    """Make a notebook with odd values in its tree, in some encoding, some of its bytes changed."""
    tree = rng.choice(samples.NOTEBOOKS)
    if rng.random() < 0.8:
        tree = mutated_tree(rng, tree, LENIENT_ODD)
    if rng.random() < 0.03:
        tree = {**samples.NOTEBOOKS[0], rng.choice(("cells", "metadata", "x")): nested(rng, rng.choice((50, 900)))}
    text = json.dumps(tree, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, 1)))
    data = text.encode(rng.choice(ENCODINGS), "replace")
    if rng.random() < 0.02:
        data = rng.choice((b"[", b'{"a":', b'{"cells":[', b'[{"x":')) * rng.choice((10, 5_000, 200_000))
    return mutated_bytes(rng, data, samples.JSON_TOKENS) if rng.random() < 0.6 else data


def run_ipynb(data: bytes) -> None:
    """Read a notebook; what comes out must be what the wire can carry."""
    with contextlib.suppress(InvalidSubmission):
        _usable(notebook.parse_ipynb(data))


def make_script(rng: random.Random, suffix: str = "") -> bytes:
    """Make a script or a Markdown file; its first byte says which suffix it is read by."""
    suffix = suffix or rng.choice((".py", ".md"))
    text = mutated_lines(rng, rng.choice(samples.SCRIPTS[suffix]), samples.SCRIPT_TOKENS, 6)
    data = text.encode(rng.choice(ENCODINGS), "replace")
    if rng.random() < 0.3:
        data = mutated_bytes(rng, data)
    return suffix[1:2].encode() + data


def run_script(data: bytes) -> None:
    """Read a script, or a Markdown file where the first byte is an m."""
    with contextlib.suppress(InvalidSubmission):
        _usable(notebook.parse_script(data[1:], ".md" if data[:1] == b"m" else ".py"))


def _usable(cells: Sequence[notebook.Cell]) -> None:
    wire.pack(
        wire.Load(
            cells=tuple(wire.Source(c.index, c.source) for c in cells),
            names=NAMES,
            mode="slice",
            seconds=1.0,
            device="cpu(0)",
        )
    )
    assert [c.index for c in cells] == sorted({c.index for c in cells}), "cells out of order"


# ------------------------------------------------------------------------------------ slicing, in the child


def make_slicing(rng: random.Random) -> bytes:
    """Make the cells of a submission: a list of texts, as JSON."""
    cells = [mutated_lines(rng, text, samples.PYTHON_TOKENS, 5) for text in rng.sample(samples.CELLS, 3)]
    if rng.random() < 0.1:
        cells.append(mutated_bytes(rng, rng.choice(samples.CELLS).encode()).decode("utf-8", "replace"))
    if rng.random() < 0.03:
        cells.append(
            "softmax = " + rng.choice(("(", "[", "-", "not ", "lambda: ", "a[", "f(")) * rng.choice((80, 3000))
        )
    if rng.random() < 0.03:
        cells.append("softmax = x" + rng.choice((".a", "+1", "[0]", "()", " if 1 else x")) * rng.choice((80, 3000)))
    return json.dumps(cells).encode()


def run_slicing(data: bytes) -> None:
    """Slice a submission; never an exception but those that say that a process is out of its depth or its memory."""
    with contextlib.suppress(RecursionError, MemoryError):
        found = slicing.plan(list(enumerate(json.loads(data), start=1)), NAMES)
        for mode in ("slice", "loops", "whole"):
            assert all(0 <= at < len(found.statements) for at in found.chosen(mode))  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------ wire protocol


def make_frame(rng: random.Random, messages: Sequence[tuple[wire.Message, list[wire.Array]]]) -> bytes:
    """Make a frame, or two, that are wrong in the lengths, the header, the arrays' description or the payload."""
    whole = b"".join(_frame(rng, *rng.choice(messages)) for _ in range(rng.choice((1, 1, 1, 2))))
    if rng.random() < 0.35:
        whole = mutated_bytes(rng, whole, samples.WIRE_TOKENS)
    return whole[:MOST]


def _frame(rng: random.Random, message: wire.Message, arrays: list[wire.Array]) -> bytes:
    pieces = [bytes(piece) for piece in wire.pack(message, arrays)]
    header, payload = pieces[0][12:], b"".join(pieces[1:])
    if rng.random() < 0.8:
        tree = mutated_tree(rng, msgspec.msgpack.decode(header))
        if rng.random() < 0.02:
            tree = {**tree, "arrays": nested(rng, rng.choice((50, 2000)))} if isinstance(tree, dict) else tree
        with contextlib.suppress(OverflowError):  # MessagePack has no integers beyond 64 bits
            header = _encoded(tree)
    if rng.random() < 0.3:
        header = mutated_bytes(rng, header, samples.WIRE_TOKENS, 2)
    if rng.random() < 0.3:
        payload = mutated_bytes(rng, payload, (b"\0" * 8, b"\xff" * 8), 2)
    sizes = [len(header), len(payload)]
    if rng.random() < 0.15:
        at = rng.randrange(2)
        sizes[at] = rng.choice((0, sizes[at] + 1, max(0, sizes[at] - 1), 1 << 31, (1 << 32) - 1, rng.randrange(300)))
    return sizes[0].to_bytes(4, "big") + sizes[1].to_bytes(8, "big") + header + payload


def _encoded(tree: Any) -> bytes:
    try:
        return msgspec.msgpack.encode(tree)
    except RecursionError:
        return b"\x91" * 3000


def run_frames(data: bytes, kinds: Any, cap: wire.Cap) -> None:
    """Read frames off a socket until it ends; arrays must be what the allow-list says, of the size announced."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        theirs.sendall(data)
        if len(data) % 2:
            theirs.close()  # the peer has died; else it only falls silent
        with contextlib.suppress(wire.WireError, wire.Closed, wire.Timeout):
            while True:
                message, arrays = wire.receive(ours, kinds, cap, seconds=PATIENCE)
                assert all(array.dtype.name in wire.DTYPES for array in arrays)
                assert [array.shape for array in arrays] == [spec.shape for spec in message.arrays]


# ------------------------------------------------------------------------------------ course file


def make_course(rng: random.Random) -> bytes:
    """Make a course file with YAML's own traps in it: tags, anchors, timestamps, nesting, huge numbers."""
    text = rng.choice(samples.COURSES)
    text = mutated_lines(rng, text, samples.YAML_TOKENS, 5)
    if rng.random() < 0.05:
        text = rng.choice(samples.YAML_BOMBS) + text
    data = text.encode(rng.choice(ENCODINGS), "replace")
    return mutated_bytes(rng, data) if rng.random() < 0.2 else data


def run_course(data: bytes) -> None:
    """Load a course file; a fault is a CourseError of one sentence of bearable length, fit for any terminal."""
    root = Path(_course_folder(threading.get_ident()).name)
    (root / course.FILE).write_bytes(data)
    try:
        course.load(root)
    except CourseError as error:
        text = str(error)
        assert len(text) < 5000, f"a sentence of {len(text)} characters"
        assert "\n" not in text, "not one line"


@functools.cache
def _course_folder(_thread: int) -> "tempfile.TemporaryDirectory[str]":
    folder = tempfile.TemporaryDirectory(prefix="autograder-fuzz-")  # removed when the program ends
    (Path(folder.name) / "data" / "mnist").mkdir(parents=True)
    return folder


# ------------------------------------------------------------------------------------ recorded cases


@functools.cache
def _recorded() -> dict[str, Any]:
    """Return released cases, decoded: a few of each kind, and little of the training."""
    tree: dict[str, Any] = msgspec.msgpack.decode(samples.RECORDED.read_bytes())
    for item in tree["items"]:
        item["cases"] = [c for c in item["cases"] if sum(len(a["data"]) for a in c.get("arrays", ())) < 2000][:1]
        for case in item["cases"]:
            case["mistakes"] = case.get("mistakes", [])[:2]
    training = tree["training"]
    training["order"] = {"dtype": "int32", "shape": [2, 1], "data": bytes(8)}
    small = [{"dtype": "float32", "shape": shape, "data": bytes(4 * 2)} for shape in ([1, 2], [2])]
    training["start"] = small
    training["snapshots"] = [{"step": step, "params": small, "loss": 1.0} for step in (1, 2)]
    return tree


def make_cases(rng: random.Random) -> bytes:
    """Make a file of recorded cases with odd values in its tree, some of its bytes changed."""
    tree = mutated_tree(rng, _recorded()) if rng.random() < 0.8 else _recorded()
    data = b""
    with contextlib.suppress(OverflowError):  # MessagePack has no integers beyond 64 bits
        data = _encoded(tree)
    return mutated_bytes(rng, data, samples.WIRE_TOKENS) if rng.random() < 0.5 else data


def run_cases(data: bytes) -> None:
    """Read recorded cases; a fault is a CourseError of one sentence, fit for any terminal."""
    try:
        found = casefile.parse(data)
    except CourseError as error:
        text = str(error)
        assert text.isprintable(), "not fit for a terminal"
        assert len(text) < 400, "a long sentence"
        return
    texts = [found.assignment, *found.exercises, *(text for i in found.items for text in (i.check.name, i.check.title))]
    assert all(text.isprintable() for text in texts), "names or titles that are not fit for a terminal"


TARGETS = {
    target.name: target
    for target in (
        Target("notebook", make_ipynb, run_ipynb),
        Target("script", make_script, run_script),
        Target("slicing", make_slicing, run_slicing, apart=True),
        Target(
            "wire-judge",
            functools.partial(make_frame, messages=samples.TO_JUDGE),
            functools.partial(
                run_frames, kinds=wire.Reply | wire.Ready | wire.Refused | wire.Hello | wire.Ended, cap=wire.TO_JUDGE
            ),
        ),
        Target(
            "wire-worker",
            functools.partial(make_frame, messages=samples.TO_WORKER),
            functools.partial(run_frames, kinds=wire.Request | wire.Spawn | wire.Kill, cap=wire.TO_WORKER),
        ),
        Target("course", make_course, run_course),
        Target("cases", make_cases, run_cases),
    )
}
