"""One worker server as the judge holds it: start it, open a child for a submission, ask, and see how it ended."""

import select
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals

import mxnet_compat
from autograder import wire
from autograder.asking import Answer, NoAnswer, Outcome
from autograder.course import mnist
from autograder.course.settings import Limits
from autograder.errors import MachineError
from autograder.sandbox import walls

START_SECONDS = 60.0  # importing MXNet on a busy machine
CONTROL_SECONDS = 10.0  # any answer of the server, which runs no student code
END_SECONDS = 3.0  # to end a child and clear away what it left
ENVIRONMENT = {
    "MXNET_ENGINE_TYPE": "NaiveEngine",  # synchronous, no threads: forks safely, and as fast on small batches
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MXNET_CUDNN_AUTOTUNE_DEFAULT": "0",
    "MPLBACKEND": "Agg",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "LC_ALL": "C.UTF-8",
    "HOME": walls.SCRATCH,
    "TMPDIR": walls.SCRATCH,
}
# Sent by the system, an administrator, or the submission to itself: a fault of a program sends none of them.
OUTSIDE_SIGNALS = (Signals.SIGKILL, Signals.SIGTERM, Signals.SIGHUP, Signals.SIGINT, Signals.SIGQUIT)
GPU_MEMORY_MB = 1 << 21  # CUDA reserves terabytes of address space that it never uses
PACKAGE = Path(__file__).parents[1]
PARTS = (
    "__init__.py",
    "wire.py",
    "program.py",
    "idx.py",
    "worker",
)  # all of the package that exists inside the sandbox


@dataclass
class WorkerServer:
    """A worker server. Not for use by two threads at once."""

    isolation: walls.Isolation
    data: Path | None  # None: a server without training data
    gpu: bool = False
    hello: wire.Hello | None = None
    outside_kills: int = 0  # children that a signal of `FROM_OUTSIDE` ended before they were told to end
    _control: socket.socket | None = None
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    _retired: bool = False

    def start(self) -> wire.Hello:
        """Wait until the server is up, starting it if need be; return what it says of itself. Raises `MachineError`."""
        if self.hello is not None and self._process is not None and self._process.poll() is None:
            return self.hello
        if self._process is None or self.hello is not None:
            self.launch()
        control, process = self._control, self._process
        if control is None or process is None:
            raise MachineError("the worker server was stopped")
        try:
            hello, _ = wire.receive(control, wire.Hello, wire.TO_JUDGE, seconds=START_SECONDS)
        except (wire.Closed, wire.Timeout, wire.WireError) as error:
            said = "" if self._retired else walls.complaint(process)
            self.close()
            raise MachineError(f"the worker server did not start ({type(error).__name__}): {said}") from None
        self.hello = hello
        return hello  # type: ignore[no-any-return]

    def launch(self) -> None:
        """Start the server without waiting for it. Raises `MachineError`."""
        self.close()
        if self._retired:
            raise MachineError("grading was stopped")
        ours, theirs = socket.socketpair()
        names = (mnist.TRAIN_IMAGES, mnist.TRAIN_LABELS)
        files = [] if self.data is None else [mnist.locate(self.data, name) for name in names]
        binds = [(PACKAGE / part, Path("/app/autograder") / part) for part in PARTS]
        binds.append((Path(mxnet_compat.__file__), Path("/app/mxnet_compat.py")))
        binds += [(path, Path("/data") / path.name) for path in files]
        seen = {src: walls.inside(self.isolation, src, dest) for src, dest in binds}
        argv = [sys.executable, "-m", "autograder.worker", str(theirs.fileno()), *(str(seen[f]) for f in files)]
        env = ENVIRONMENT | {"PYTHONPATH": str(seen[PACKAGE / "__init__.py"].parent.parent)}
        devices = _gpu_devices() if self.gpu else []
        with theirs:
            self._process = walls.launch(
                self.isolation, argv, pass_fds=[theirs.fileno()], readable=binds, env=env, devices=devices
            )
        self._control = ours
        if self._retired:  # meanwhile, by another thread
            self.close()
            raise MachineError("grading was stopped")

    def open(self, limits: Limits) -> "Child":
        """Fork a child for one submission, confined before it has seen any of it. Raises `MachineError`."""
        hello = self.start()
        control = self._control
        if control is None:
            raise MachineError("the worker server was stopped")
        ours, theirs = socket.socketpair()
        spawn = wire.Spawn(
            memory_mb=GPU_MEMORY_MB if self.gpu and hello.gpus else limits.memory_mb,
            cpu_seconds=int(limits.submission_seconds) + 5,
            file_mb=limits.file_mb,
            open_files=limits.open_files,
            readable=tuple(walls.readable_roots(self.isolation, ())),
            writable=(walls.SCRATCH,) if self.isolation.bwrap else (),
            layers=self.isolation.layers,
        )
        try:
            with theirs:
                wire.send(control, spawn, seconds=CONTROL_SECONDS)
                control.settimeout(CONTROL_SECONDS)
                socket.send_fds(control, [b"+"], [theirs.fileno()])
            reply, _ = wire.receive(ours, wire.Ready | wire.Refused, wire.TO_JUDGE, seconds=CONTROL_SECONDS)
        except (wire.Closed, wire.Timeout, wire.WireError, OSError) as error:
            failure = f"{type(error).__name__}: {error}"
        else:
            if isinstance(reply, wire.Ready):
                return Child(self, ours, reply.layers)
            failure = reply.reason
        ours.close()
        self.close()
        raise MachineError(f"no confined child could be started ({failure})")

    def end(self) -> wire.Ended:
        """End the current child and wait until it is gone. Raises `MachineError` where the server is gone too.

        A server that is not done in time, with a million files that a child has left, is replaced: they go with it,
        and with them the child. That must not leave the submission ungraded, for it is the submission's doing.
        """
        control = self._control
        if control is None:
            raise MachineError("the worker server was stopped")
        try:
            deadline = wire.Deadline(END_SECONDS)
            wire.send(control, wire.Kill(), seconds=deadline)
            ended, _ = wire.receive(control, wire.Ended, wire.TO_JUDGE, seconds=deadline)
        except wire.Timeout:
            self.close()
            return wire.Ended(code=0, signal=0)
        except (wire.Closed, wire.WireError) as error:
            self.close()
            raise MachineError(f"the worker server failed ({type(error).__name__})") from None
        return ended  # type: ignore[no-any-return]

    def close(self) -> None:
        """Stop the server, and with it all that it started."""
        control, process = self._control, self._process
        self._control = self._process = self.hello = None
        if control is not None:
            control.close()
        if process is not None:
            process.kill()
            process.wait()
            if process.stderr is not None:
                process.stderr.close()

    def retire(self) -> None:
        """Stop the server for good, from any thread: whoever uses it gets a `MachineError`, soon."""
        self._retired = True
        self.close()


@dataclass
class Child:
    """One child that holds one submission."""

    server: WorkerServer
    channel: socket.socket
    layers: tuple[str, ...]
    open: bool = True

    @property
    def quiet(self) -> bool:
        """Tell whether nothing waits to be read: a child speaks when it is asked, and a dead one ends the stream."""
        return self.open and not select.select([self.channel], [], [], 0)[0]

    def ask(self, request: wire.Request, arrays: Sequence[wire.Array] = (), *, seconds: float) -> Outcome:
        """Make one request; after a `NoAnswer` the session is over."""
        deadline = wire.Deadline(seconds)
        try:
            wire.send(self.channel, request, arrays, seconds=deadline)
            reply, out = wire.receive(self.channel, wire.Reply, wire.TO_JUDGE, seconds=deadline)
            return Answer(reply, out, deadline.held_up)
        except wire.Timeout:
            self.close()
            told = f"no answer within {seconds:.3g} s: is there a loop that never ends?"
            return NoAnswer("timeout", told, deadline.held_up)
        except wire.WireError as error:
            self.close()
            told = f"the process sent something that is not an answer ({error})"
            return NoAnswer("crashed", told, deadline.held_up)
        except wire.Closed:
            return NoAnswer("crashed", _how_it_ended(self.close()), deadline.held_up)

    def close(self) -> wire.Ended | None:
        """End the child; return how it ended, None if it had been closed before."""
        if not self.open:
            return None
        self.open = False
        left = _has_ended(self.channel)
        self.channel.close()
        ended = self.server.end()
        self.server.outside_kills += left and ended.signal in OUTSIDE_SIGNALS and not ended.why
        return ended


def _has_ended(channel: socket.socket) -> bool:
    """Tell whether the peer's end is closed: the child is dead, or as good as dead."""
    try:
        channel.settimeout(0)
        return channel.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:  # silence: it lives
        return False
    except OSError:
        return True


def _how_it_ended(ended: wire.Ended | None) -> str:
    if ended is None:
        return "the process had already ended"
    if ended.why:
        return f"the process was ended: {ended.why}"
    if ended.signal:
        try:
            name = Signals(ended.signal).name
        except ValueError:
            name = f"signal {ended.signal}"
        return f"the process died ({name})"
    return f"the process ended itself (exit status {ended.code})"


def _gpu_devices() -> list[Path]:
    return sorted(Path("/dev").glob("nvidia*"))
