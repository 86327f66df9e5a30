"""The worker server: imports MXNet and the training data once, then forks one child a submission.

    python -m autograder.worker CONTROL_FD [IMAGES LABELS]

It talks to the judge over CONTROL_FD (`wire.Control`): Hello when it is up; for each Spawn, which brings a
descriptor, one child that serves that channel; Kill ends the child; exactly one Ended follows every Spawn.
One child at a time. When the judge's end closes, the server leaves, and its child with it.

The server never reads a byte that a submission wrote: a child closes the control channel before it runs
student code, is confined first, and cannot signal or trace the server.
"""

import gc
import itertools
import os
import secrets
import select
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import mxnet_compat  # noqa: F401 - before mxnet, which needs it where no .pth file has imported it

# isort: split
import mxnet as mx
import numpy as np

from autograder import idx, wire
from autograder.worker import child, watching
from autograder.worker.data import lesson_mnist

NO_DATA = (np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8))


def main(control_fd: int, *files: Path) -> None:
    """Serve until the judge closes the control channel."""
    control = socket.socket(fileno=control_fd)
    data = (idx.read(files[0]), idx.read(files[1])) if files else NO_DATA
    cuda = mx.runtime.Features().is_enabled("CUDA")
    hello = wire.Hello(
        mxnet=mx.__version__,
        python=".".join(map(str, sys.version_info[:3])),
        cuda=cuda,
        gpus=_count_gpus() if cuda else 0,
        examples=len(data[0]),
    )
    mx.test_utils.get_mnist = lambda *_args, **_kwargs: lesson_mnist(*data)
    gc.collect()
    gc.freeze()  # what is here now stays shared with the children, page by page
    wire.send(control, hello)
    try:
        while True:
            request, _ = wire.receive(control, wire.Control, wire.TO_WORKER)
            if isinstance(request, wire.Spawn):
                _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
                wire.send(control, _supervise(control, request, descriptors[0], data))
    except wire.Closed:
        return


def _supervise(
    control: socket.socket, spawn: wire.Spawn, channel: int, data: tuple[idx.Bytes, idx.Bytes]
) -> wire.Ended:
    """Fork a child that serves `channel`; return how it ended, by itself or by Kill."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()  # the kernel shares processors among sessions: the server, which watches it, has its own
            control.close()
            child.serve(socket.socket(fileno=channel), spawn, data)
        finally:
            os._exit(0)
    os.close(channel)
    watch = os.pidfd_open(pid)
    wanted: list[int] = [watch, control.fileno()]
    why = ""
    try:
        readable: list[int] = []
        while not readable and not why:
            readable, _, _ = select.select(wanted, [], [], watching.PERIOD)
            why = "" if readable else watching.restrain(pid, spawn.writable)
        if watch not in readable:
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    finally:
        os.close(watch)
    _wipe(spawn.writable)
    if os.WIFSIGNALED(status):
        return wire.Ended(code=0, signal=os.WTERMSIG(status), why=why)
    return wire.Ended(code=os.WEXITSTATUS(status), signal=0)


def _wipe(folders: Sequence[str]) -> None:
    """Empty the folders that a child could write to: the next child finds nothing of it.

    A child may leave a folder that its owner may not list, or thousands, one inside the other. So each is opened to
    its owner, and what it holds is moved up beside it: no path grows long, and nothing recurses.
    """
    for top in map(Path, folders):
        moved = (top / f".wiped-{secrets.token_hex(8)}-{n}" for n in itertools.count())  # names that nothing has
        waiting = _empty(top)
        while waiting:
            folder = waiting.pop()
            waiting += [left.rename(next(moved)) for left in _empty(folder)]
            folder.rmdir()


def _empty(folder: Path) -> list[Path]:
    """Remove what `folder` holds but its folders; return those, each open to its owner."""
    folders = []
    with os.scandir(folder) as found:  # pathlib would take five times as long, and there may be a million
        entries = list(found)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            left = Path(entry)
            left.chmod(0o700)
            folders.append(left)
        else:
            os.unlink(entry)  # noqa: PTH108 - as above
    return folders


def _count_gpus() -> int:
    """Count GPUs in a fork: CUDA must not be touched in the process that will fork the children."""
    pid = os.fork()
    if pid == 0:
        count = 0
        try:
            count = min(mx.context.num_gpus(), 64)
        finally:
            os._exit(count)
    _, status = os.waitpid(pid, 0)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0


if __name__ == "__main__":
    main(int(sys.argv[1]), *map(Path, sys.argv[2:]))
