"""Frames: what is packed comes back to the bit, and whatever else a peer sends is refused, in time and in memory."""

import ast
import resource
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import wire
from tests.strategies import wire_arrays

PACKAGE = Path(wire.__file__).parent
CAP = wire.Cap(header=4096, payload=1 << 16)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a channel."""
    left, right = socket.socketpair()
    with left, right:
        yield left, right


def frame(header: bytes, payload: bytes = b"", *, lengths: tuple[int, int] | None = None) -> bytes:
    """Put a frame together by hand; `lengths` announces other lengths than the true ones."""
    return struct.pack("!IQ", *(lengths or (len(header), len(payload)))) + header + payload


def header(**changes: object) -> bytes:
    """Encode the header of a `Returned` with fields changed or added."""
    return msgspec.msgpack.encode({"type": "Returned", **changes})


def answer(sent: bytes, *, seconds: float = 5.0, kinds: object = wire.Reply) -> tuple[object, list[wire.Array]]:
    """Receive what a peer sends before it leaves."""
    ours, theirs = socket.socketpair()
    with ours:
        writer = threading.Thread(target=_write, args=(theirs, sent))
        writer.start()
        try:
            return wire.receive(ours, kinds, CAP, seconds=seconds)
        finally:
            ours.close()
            writer.join()


def _write(channel: socket.socket, sent: bytes) -> None:
    with channel:
        try:
            channel.sendall(sent)
        except OSError:
            return  # the reader has had enough


def unpacked(message: wire.Message, arrays: list[wire.Array]) -> tuple[object, list[wire.Array]]:
    """Pack a frame and read it back."""
    return answer(b"".join(bytes(p) for p in wire.pack(message, arrays)))


# --- round trip -------------------------------------------------------------------------------------------------


@given(st.lists(wire_arrays(), max_size=4))
def test_arrays_come_back_to_the_bit(arrays: list[wire.Array]) -> None:
    """Every dtype, shape, memory order and byte order: the same values, the same shape, little-endian."""
    _, back = unpacked(wire.Returned(), arrays)
    assert len(back) == len(arrays)
    for sent, got in zip(arrays, back, strict=True):
        assert got.shape == sent.shape
        assert got.dtype == sent.dtype.newbyteorder("<")
        assert got.tobytes() == sent.astype(sent.dtype.newbyteorder("<")).tobytes()


def test_byte_order_is_not_forgotten() -> None:
    """A big-endian array has the same dtype name as a little-endian one, and other bytes."""
    _, (back,) = unpacked(wire.Returned(), [np.array([1.0, 256.0], ">f4")])
    assert back.tolist() == [1.0, 256.0]


def test_a_message_comes_back_as_it_was() -> None:
    """Every field of a header, nested structs included, survives."""
    sent = wire.Raised(
        error="ValueError", text="naïve → 🙂", trace=(wire.TraceLine(3, 7, "x = y"), wire.TraceLine(None, 1, ""))
    )
    back, arrays = unpacked(sent, [])
    assert back == sent
    assert arrays == []


def test_what_is_not_carried_is_not_packed() -> None:
    """Objects, complex numbers, text and dates never become bytes."""
    for array in (np.array([object()]), np.array([1j]), np.array(["a"]), np.array(["2026-01-01"], "M8[D]")):
        with pytest.raises(wire.WireError, match="is not carried"):
            wire.pack(wire.Returned(), [array])


def test_a_large_frame_crosses_a_small_buffer(pair: tuple[socket.socket, socket.socket]) -> None:
    """A frame longer than any socket buffer arrives whole, while the reader reads."""
    big = np.arange(3 << 20, dtype=np.int32)
    sender = threading.Thread(target=wire.send, args=(pair[0], wire.Returned(), [big]), kwargs={"seconds": 20.0})
    sender.start()
    _, (back,) = wire.receive(pair[1], wire.Reply, wire.TO_JUDGE, seconds=20.0)
    sender.join()
    assert np.array_equal(back, big)


# --- refusals ---------------------------------------------------------------------------------------------------

SPEC = {"dtype": "float32", "shape": [2]}
NESTED = b"\x91" * 100_000 + b"\xc0"
MALFORMED = {
    "not MessagePack": frame(b"\xc1" * 10),
    "nothing in the header": frame(b""),
    "text instead of a map": frame(msgspec.msgpack.encode("hello")),
    "no tag": frame(msgspec.msgpack.encode({"arrays": []})),
    "an unknown tag": frame(msgspec.msgpack.encode({"type": "Passed"})),
    "a request where a reply is due": frame(msgspec.msgpack.encode({"type": "Call", "function": "f"})),
    "an unknown field": frame(header(score=20)),
    "an unknown field deep inside": frame(header(arrays=[{**SPEC, "order": "F"}]), bytes(8)),
    "a field of another type": frame(header(values="none")),
    "an unknown kind of value": frame(header(values=[{"kind": "verdict", "type_name": "x"}])),
    "text that is not UTF-8": frame(b"\x82\xa4type\xa8Returned\xa5after\xa2\xff\xfe"),
    "a key that is not UTF-8": frame(b"\x82\xa4type\xa8Returned\xa2\xff\xfe\x01"),
    "bytes after the header's end": frame(header() + b"\x00"),
    "a header cut short": frame(header()[:-1]),
    "a list within a list within a list": frame(NESTED[:4096]),
    "a dtype that could run code": frame(header(arrays=[{"dtype": "object", "shape": [1]}]), bytes(8)),
    "a structured dtype": frame(header(arrays=[{"dtype": "f4,f4", "shape": [1]}]), bytes(8)),
    "a big-endian dtype": frame(header(arrays=[{"dtype": ">f4", "shape": [1]}]), bytes(4)),
    "a negative size": frame(header(arrays=[{"dtype": "float32", "shape": [-1]}])),
    "two negative sizes": frame(header(arrays=[{"dtype": "float32", "shape": [-2, -1]}]), bytes(8)),
    "a fraction of a size": frame(header(arrays=[{"dtype": "float32", "shape": [1.5]}]), bytes(8)),
    "a huge size": frame(header(arrays=[{"dtype": "int8", "shape": [1 << 40]}])),
    "a size beyond 64 bits": frame(header(arrays=[{"dtype": "int8", "shape": [(1 << 64) - 1]}])),
    "sizes whose product is huge": frame(header(arrays=[{"dtype": "int8", "shape": [(1 << 31) - 1] * 8}])),
    "sizes of nothing whose product is huge": frame(
        header(arrays=[{"dtype": "float64", "shape": [0, (1 << 31) - 1, (1 << 31) - 1, (1 << 31) - 1]}])
    ),
    "too many dimensions": frame(header(arrays=[{"dtype": "int8", "shape": [1] * 9}]), bytes(1)),
    "a payload too short": frame(header(arrays=[SPEC]), bytes(7)),
    "a payload too long": frame(header(arrays=[SPEC]), bytes(9)),
    "a payload that nothing describes": frame(header(), bytes(1)),
    "arrays that share a payload": frame(header(arrays=[SPEC, SPEC]), bytes(8)),
    "a header over the cap": frame(header(), lengths=(CAP.header + 1, 0)),
    "a payload over the cap": frame(header(), lengths=(len(header()), CAP.payload + 1)),
    "the largest lengths there are": b"\xff" * 12,
}


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_frame_is_a_wire_error(sent: bytes) -> None:
    """Whatever breaks a rule raises `WireError` and nothing else, at once."""
    began = time.monotonic()
    with pytest.raises(wire.WireError):
        answer(sent)
    assert time.monotonic() - began < 1


def test_nesting_cannot_exhaust_the_stack() -> None:
    """A header that is one bracket after another, up to the real cap, is refused like any other."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        threading.Thread(target=_write, args=(theirs.dup(), frame(b"\x91" * (200 << 10)))).start()
        with pytest.raises(wire.WireError):
            wire.receive(ours, wire.Reply, wire.TO_JUDGE, seconds=5)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(noise: bytes) -> None:
    """Random bytes end in one of the three exceptions, never in another."""
    with pytest.raises((wire.WireError, wire.Closed, wire.Timeout)):
        answer(noise, seconds=0.5)


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_no_header_raises_anything_else(head: bytes, payload: bytes) -> None:
    """A frame whose lengths are right and whose header is noise is a `WireError`."""
    with pytest.raises(wire.WireError):
        answer(frame(head, payload))


@given(st.data())
def test_a_frame_with_one_byte_changed_is_read_or_refused(data: st.DataObject) -> None:
    """Flipping any byte of a good frame gives a frame or one of the three exceptions."""
    good = bytearray(b"".join(bytes(p) for p in wire.pack(wire.Returned(after=(0,)), [np.arange(3.0)])))
    at = data.draw(st.integers(0, len(good) - 1))
    good[at] ^= data.draw(st.integers(1, 255))
    try:
        message, _ = answer(bytes(good), seconds=0.3)
    except (wire.WireError, wire.Closed, wire.Timeout):
        return
    assert isinstance(message, wire.Returned)


@pytest.mark.parametrize("length", [0, 1, 11, 12, 20])
def test_a_truncated_frame_is_closed(length: int) -> None:
    """A peer that dies in the middle of a frame is `Closed`."""
    whole = frame(header(arrays=[SPEC]), bytes(8))
    with pytest.raises(wire.Closed):
        answer(whole[:length])


def test_a_silent_peer_is_late(pair: tuple[socket.socket, socket.socket]) -> None:
    """Nothing within the deadline is `Timeout`, when the deadline passes."""
    began = time.monotonic()
    with pytest.raises(wire.Timeout):
        wire.receive(pair[0], wire.Reply, CAP, seconds=0.2)
    assert 0.2 <= time.monotonic() - began < 1


def test_a_byte_now_and_then_does_not_move_the_deadline(pair: tuple[socket.socket, socket.socket]) -> None:
    """The deadline is of the whole frame: a peer that trickles bytes meets it too."""
    over = threading.Event()

    def trickle() -> None:
        for byte in frame(header() * 50, lengths=(1000, 0)):
            if over.wait(0.05):
                return
            pair[1].send(bytes([byte]))

    thread = threading.Thread(target=trickle)
    thread.start()
    began = time.monotonic()
    with pytest.raises(wire.Timeout):
        wire.receive(pair[0], wire.Reply, CAP, seconds=0.5)
    assert 0.5 <= time.monotonic() - began < 1.5
    over.set()
    thread.join()


def test_a_peer_that_does_not_read_is_late(pair: tuple[socket.socket, socket.socket]) -> None:
    """Sending has a deadline too."""
    began = time.monotonic()
    with pytest.raises(wire.Timeout):
        wire.send(pair[0], wire.Returned(), [np.zeros(8 << 20, np.uint8)], seconds=0.3)
    assert time.monotonic() - began < 2


def test_a_peer_that_has_left_is_closed(pair: tuple[socket.socket, socket.socket]) -> None:
    """Sending to the dead is `Closed`, no signal and no other error."""
    pair[1].close()
    with pytest.raises(wire.Closed):
        wire.send(pair[0], wire.Returned(), [np.zeros(1 << 20)], seconds=1)


def test_a_channel_that_is_closed_here_is_closed(pair: tuple[socket.socket, socket.socket]) -> None:
    """A reader whose own end another thread has closed gets `Closed`."""
    pair[0].close()
    with pytest.raises(wire.Closed):
        wire.receive(pair[0], wire.Reply, CAP, seconds=1)


def test_memory_follows_what_came_not_what_was_announced() -> None:
    """A peer that announces the largest payload and sends none of it costs no memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(frame(header(), lengths=(len(header()), wire.TO_WORKER.payload)))
        with pytest.raises(wire.Timeout):
            wire.receive(ours, wire.Reply, wire.TO_WORKER, seconds=0.2)
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mb < 100  # announced: 512


# --- who may import what ----------------------------------------------------------------------------------------


def imports(path: Path) -> set[str]:
    """Return the modules that a file imports, wherever in it; `from a import b` counts as both a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


def test_nothing_unpickles_or_evaluates() -> None:
    """No module of the package can turn bytes into code: no pickle and its kin, no shelve, no marshal."""
    banned = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
    for path in PACKAGE.rglob("*.py"):
        assert not {name.partition(".")[0] for name in imports(path)} & banned, path.name
        text = path.read_text(encoding="utf-8")
        assert "allow_pickle=True" not in text, path.name
        if "worker" not in path.parts:
            called = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
            assert not {"eval", "exec"} & {f.id for f in called if isinstance(f, ast.Name)}, path.name


SHARED = ("autograder.wire", "autograder.program", "autograder.idx", "autograder.worker")


def test_the_worker_imports_only_its_own() -> None:
    """Inside the sandbox there is wire, idx and the worker; the judge's modules do not exist there."""
    allowed = {"numpy", "mxnet", "mxnet_compat", "msgspec"} | set(sys.stdlib_module_names)
    for path in (PACKAGE / "worker").rglob("*.py"):
        for name in imports(path):
            if name == "autograder" or name.startswith(SHARED):
                continue
            known = name.partition(".")[0] in allowed or name.startswith("IPython.core.inputtransformer2")
            assert known or name == "IPython.core", f"{path.name} imports {name}"


def test_wire_and_idx_import_nothing_of_the_judge() -> None:
    """What is mounted inside the sandbox brings nothing else along."""
    program = "import sys, autograder.wire, autograder.idx; print(*sorted(m for m in sys.modules if 'autograder' in m))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["autograder", "autograder.idx", "autograder.program", "autograder.wire"]


def test_the_judge_never_imports_mxnet() -> None:
    """The judging side starts without MXNet, and does not load it by the way."""
    program = (
        "import sys, autograder.judging.judge, autograder.grading.run, autograder.cli.main\n"
        "import autograder.checks.suite, autograder.report.html\n"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in ('mxnet', 'pickle5', 'distributed')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
