"""A deadline is the peer's: what this process was late itself does not count, and no peer gains time by being slow."""

import ctypes
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import msgspec
import pytest

from autograder import wire

FRAME = b"".join(map(bytes, wire.pack(wire.Ready(layers=()))))


def hold_the_lock(seconds: float) -> None:
    """Keep the interpreter's lock, as a long decode does: PyDLL calls without giving it up."""
    ctypes.PyDLL(None).usleep(int(seconds * 1e6))


def receive(peer: Callable[[socket.socket], None], seconds: float) -> tuple[object, float, wire.Deadline]:
    """Wait for a frame of `peer`, which runs in a thread; return what came, how long it took, and the deadline."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=peer, args=(theirs,), daemon=True)
    began, deadline = time.monotonic(), wire.Deadline(seconds)
    thread.start()
    try:
        came, _ = wire.receive(ours, wire.Ready, wire.TO_JUDGE, seconds=deadline)
    except wire.Timeout:
        came = None
    took = time.monotonic() - began
    ours.close()
    thread.join()
    theirs.close()
    return came, took, deadline


def test_an_answer_that_came_while_the_lock_was_held_is_read() -> None:
    """It is there when the judge can look again, long after the deadline."""

    def peer(channel: socket.socket) -> None:
        send = f"import os, time; time.sleep(0.2); os.write({channel.fileno()}, {FRAME!r})"
        sender = subprocess.Popen([sys.executable, "-S", "-c", send], pass_fds=[channel.fileno()])
        hold_the_lock(1.5)
        sender.wait()

    came, took, _ = receive(peer, 0.5)
    assert came == wire.Ready(layers=())
    assert took > 1.4


def test_the_time_in_which_the_lock_was_held_is_given_back() -> None:
    """The peer has its time from when the judge can look again; how long it could not is known afterwards."""

    def peer(channel: socket.socket) -> None:
        hold_the_lock(1.5)
        time.sleep(0.3)
        channel.sendall(FRAME)

    came, _, deadline = receive(peer, 1.0)
    assert came == wire.Ready(layers=())
    assert 0.5 < deadline.held_up <= 1.0


def test_no_more_is_given_back_than_there_was() -> None:
    """A process that is held up for ever, or a child that holds it up, ends all the same."""

    def peer(_channel: socket.socket) -> None:
        for _ in range(20):
            hold_the_lock(0.2)
            time.sleep(0.01)

    came, _, deadline = receive(peer, 0.4)
    assert came is None
    assert deadline.held_up <= 0.4


@pytest.mark.parametrize("pause", [0.0, 0.02])
def test_sending_slowly_gains_no_time(pause: float) -> None:
    """A byte now and then, or one after the other without end, is late after the deadline and a little grace."""

    def peer(channel: socket.socket) -> None:
        ends = time.monotonic() + 6
        try:
            channel.sendall(wire._LENGTHS.pack(0x20000, 0x2000000))
            while time.monotonic() < ends:
                channel.sendall(b"x")
                time.sleep(pause)
        except OSError:  # the judge has hung up
            return

    came, took, _ = receive(peer, 0.5)
    assert came is None
    assert took < 4


def test_a_peer_that_does_not_read_is_late() -> None:
    """Sending has the same deadline."""
    ours, theirs = socket.socketpair()
    began = time.monotonic()
    with ours, theirs, pytest.raises(wire.Timeout):
        wire.send(ours, wire.Refused(reason="x" * 10_000_000), seconds=0.3)
    assert time.monotonic() - began < 3


def test_a_whole_frame_passes_in_pieces() -> None:
    """A frame that is larger than any socket's buffer arrives as it was sent."""
    ours, theirs = socket.socketpair()
    message = wire.Refused(reason="é" * 4_000_000)
    thread = threading.Thread(target=wire.send, args=(theirs, message), kwargs={"seconds": 30})
    thread.start()
    came, _ = wire.receive(ours, wire.Refused, wire.Cap(header=16 << 20, payload=0), seconds=30)
    thread.join()
    assert msgspec.structs.asdict(came) == msgspec.structs.asdict(message)
