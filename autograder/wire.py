"""Frames between judge and worker: two lengths, a typed header, the raw bytes of arrays. Nothing executable.

    frame  := header_length:u32  payload_length:u64  header  payload          (big-endian lengths)
    header := MessagePack of one tagged struct below, unknown keys refused
    payload:= the arrays that `header.arrays` describes, C order, little-endian, one after another

The judge trusts nothing that it reads here: lengths are capped before anything is allocated, dtypes come from
an allow-list, shapes must account for the payload to the byte. What breaks a rule raises `WireError`; what the
peer's death ends raises `Closed`; what comes too late raises `Timeout`, where this process could look in time.
"""

import socket
import struct
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from autograder.program import Steps

Array = NDArray[np.generic]

DTYPES = ("float16", "float32", "float64", "int8", "int32", "int64", "uint8", "bool")
MAX_DIMENSIONS = 8
MAX_TEXT = 2000  # characters of any text that a worker may send
_LENGTHS = struct.Struct("!IQ")
_TURN = 0.25  # seconds that one look at a channel may wait
_SLACK = 0.05  # by which a look may come late on any machine
_GRACE = 1.0  # after a deadline, to take in what is there already
T = TypeVar("T")


class WireError(Exception):
    """The peer sent something that is not a frame, not the frame asked for, or larger than allowed."""


class Closed(Exception):
    """The peer's end of the channel is closed: it died, or left."""


class Timeout(Exception):
    """The deadline passed before a whole frame had come."""


class Cap(msgspec.Struct, frozen=True):
    """The most that a reader takes from one frame, in bytes."""

    header: int
    payload: int


TO_WORKER = Cap(header=16 << 20, payload=512 << 20)
TO_JUDGE = Cap(header=256 << 10, payload=64 << 20)


class ArraySpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to read one array out of the payload."""

    dtype: str
    shape: tuple[int, ...]


class Message(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every header; `arrays` describes the payload."""

    arrays: tuple[ArraySpec, ...] = ()


# ------------------------------------------------------------------------------------ judge -> worker


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One code cell: its number in the notebook (from 1) and its text."""

    index: int
    text: str


class Survey(Message, frozen=True):
    """Read the submission, and run nothing: which of the library names `watched` do the definitions of `names` use?"""

    cells: tuple[Source, ...]
    names: tuple[str, ...]
    watched: tuple[str, ...]  # as course.yaml writes them


class Load(Message, frozen=True):
    """Import the submission: the statements that define `names`, or the whole notebook."""

    cells: tuple[Source, ...]
    names: tuple[str, ...]
    mode: Literal["slice", "loops", "whole"]
    seconds: float  # after which a statement of the whole notebook is interrupted
    device: str  # "cpu(0)", "gpu(0)": where inputs are put, and the global `ctx`
    roam: bool = False  # leave MXNet's default context at cpu(0) instead of `device`


class Play(Message, frozen=True):
    """Play a program and send what it reports. `function` is the exercise that it is about.

    `wide` puts the payload's float32 arrays as float64; `cell` is a cell to run first, in a copy of the namespace.
    """

    function: str
    steps: Steps
    wide: bool = False
    cell: str = ""


class Call(Message, frozen=True):
    """Call `function` with the arrays as arguments."""

    function: str


class Gradient(Message, frozen=True):
    """Call `function` under autograd with arrays[:-1]; differentiate sum(result * arrays[-1]) by argument `wrt`."""

    function: str
    wrt: int


class Update(Message, frozen=True):
    """Call `function(params, lr)`: the first half of the arrays are parameters, the second their gradients.

    `rounds` successive calls are made on the same parameters, each with the gradients as they were sent.
    """

    function: str
    lr: float
    rounds: int = 1


class Evaluate(Message, frozen=True):
    """Call `function(iterator, net)`: arrays are images, labels, weights and bias of a linear net.

    The iterator serves batches of `batch_size` in order and has already served `consumed` of them; `rounds`
    successive calls are made on it.
    """

    function: str
    batch_size: int
    consumed: int = 0
    rounds: int = 1


class TrainStart(Message, frozen=True):
    """Begin training: arrays are the initial parameters (weights, bias)."""

    activation: str
    loss: str
    optimizer: str
    lr: float


class TrainSteps(Message, frozen=True):
    """Take len(arrays[0]) steps: row i holds the indices of the training images of step i."""


Request = Survey | Load | Play | Call | Gradient | Update | Evaluate | TrainStart | TrainSteps

# ------------------------------------------------------------------------------------ worker -> judge


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value: `array` is an index into the arrays, None where it is no array or number.

    A list, tuple or dict has `items`, a dict their `keys` too; a text has its `text`.
    """

    kind: Literal["ndarray", "numpy", "scalar", "none", "list", "tuple", "dict", "text", "other"]
    type_name: str
    array: int | None = None
    device: str | None = None
    items: tuple["Value", ...] = ()
    keys: tuple[str, ...] = ()
    text: str | None = None


class TraceLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a student's traceback."""

    cell: int | None
    line: int
    code: str


class Raised(Message, frozen=True):
    """The call raised. `cause` separates the blank stub and results that autograd cannot reach from other errors."""

    error: str
    text: str
    cause: Literal["error", "blank", "detached", "parts", "size"] = "error"
    trace: tuple[TraceLine, ...] = ()


class Returned(Message, frozen=True):
    """The call came back: its values, and indices of what the arguments hold now (`after`).

    Of a program: what it reported, and what ended it before its last step.
    """

    values: tuple[Value, ...] = ()
    after: tuple[int, ...] = ()
    stopped: Raised | None = None


class Broken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why something could not be imported: an exercise by name, or a cell as a whole (name None)."""

    name: str | None
    cell: int
    line: int
    error: str
    text: str
    code: str = ""  # the line: Jupyter shows no numbers of cells


class Loaded(Message, frozen=True):
    """What importing gave. `broken` says what is missing, and where in the notebook the reason stands."""

    defined: tuple[str, ...]  # exercise names that are bound to something callable
    blank: tuple[str, ...] = ()  # of these, the ones whose body is still the stub's
    missing: tuple[str, ...] = ()  # bound nowhere
    not_callable: tuple[tuple[str, int, str], ...] = ()  # name, cell that last bound it, type it has now
    broken: tuple[Broken, ...] = ()
    similar: tuple[tuple[str, str], ...] = ()  # missing name, a name of the notebook that resembles it
    loop_bound: tuple[str, ...] = ()  # names that only a left-out loop binds
    dynamic: bool = False  # the notebook may define names in ways that reading it cannot show


class Surveyed(Message, frozen=True):
    """What was read before anything of the submission ran: the one reply that is not the student's."""

    uses: tuple[tuple[str, str, str], ...] = ()  # exercise, watched name, what it uses in full


Reply = Surveyed | Loaded | Returned | Raised


class Ready(Message, frozen=True):
    """A child is confined and has not yet seen the submission: `layers` hold.

    All that follows is the student's, but for a `Surveyed` before the first `Load`.
    """

    layers: tuple[str, ...]


class Refused(Message, frozen=True):
    """A child could not be confined, and has ended without having seen the submission."""

    reason: str


# ------------------------------------------------------------------------------------ judge <-> server


class Hello(Message, frozen=True):
    """A server is up: versions, the devices it found, the number of training images it holds."""

    mxnet: str
    python: str
    cuda: bool
    gpus: int
    examples: int


class Spawn(Message, frozen=True):
    """Fork a child for one submission; its channel comes as a descriptor beside this frame."""

    memory_mb: int
    cpu_seconds: int
    file_mb: int
    open_files: int
    readable: tuple[str, ...]  # what Landlock leaves readable
    writable: tuple[str, ...]
    layers: tuple[str, ...]  # confinement that must hold, or the child refuses


class Kill(Message, frozen=True):
    """End the current child at once."""


class Ended(Message, frozen=True):
    """The current child is gone: its exit code, or the signal that ended it, and why if the server sent that."""

    code: int
    signal: int
    why: str = ""


Control = Hello | Spawn | Kill | Ended


def pack(message: Message, arrays: Sequence[Array] = ()) -> list[bytes | memoryview]:
    """Return the pieces of one frame. Arrays: dtypes of `DTYPES`, any shape, order and byte order."""
    ready: list[Array] = []
    for array in map(np.asarray, arrays):
        if array.dtype.name not in DTYPES:
            raise WireError(f"dtype {array.dtype.name} is not carried")
        ready.append(np.asarray(array, array.dtype.newbyteorder("<"), order="C"))
    specs = [ArraySpec(array.dtype.name, array.shape) for array in ready]
    header = msgspec.msgpack.encode(msgspec.structs.replace(message, arrays=tuple(specs)))
    body = [a.reshape(-1).view(np.uint8).data for a in ready if a.nbytes]
    return [_LENGTHS.pack(len(header), sum(a.nbytes for a in ready)) + header, *body]


def unpack_arrays(specs: Sequence[ArraySpec], payload: bytes | memoryview) -> list[Array]:
    """Cut `payload` into the arrays that `specs` describe; every byte must be accounted for."""
    arrays: list[Array] = []
    at = 0
    for spec in specs:
        if spec.dtype not in DTYPES:
            raise WireError(f"dtype {spec.dtype[:40]!r} is not on the allow-list")
        if len(spec.shape) > MAX_DIMENSIONS or any(not 0 <= n < 1 << 31 for n in spec.shape):
            raise WireError("an array has an impossible shape")
        dtype = np.dtype(spec.dtype)
        count = 1
        for n in spec.shape:
            count *= n
        if at + count * dtype.itemsize > len(payload):
            raise WireError("the arrays are larger than the payload")
        piece = np.frombuffer(payload, dtype, count, at) if count else np.empty(0, dtype)
        try:
            arrays.append(piece.reshape(spec.shape))
        except ValueError:  # nothing to hold, and yet sizes whose product is beyond what NumPy counts
            raise WireError("an array has an impossible shape") from None
        at += count * dtype.itemsize
    if at != len(payload):
        raise WireError("the payload is larger than its arrays")
    return arrays


class Deadline:
    """When waiting for a peer ends; None is never.

    It waits in short turns. What a turn takes longer than asked, this process was held up itself: by another thread
    that kept the interpreter's lock, or by the system. That time is `held_up`; it is given back, up to as much again
    as there was, and at the end what has arrived already is still read.
    """

    def __init__(self, seconds: float | None) -> None:
        self.held_up = 0.0
        self._most = seconds or 0.0
        self._last = time.monotonic()
        self._end = None if seconds is None else self._last + seconds

    def wait(self, channel: socket.socket, action: Callable[[], T]) -> T:
        """Do a blocking `action` on `channel`. Raises `Timeout`."""
        while self._end is not None:
            self._notice(time.monotonic() - self._last)
            left = self._end - time.monotonic()
            if left < -_GRACE:
                raise Timeout
            turn = min(max(left, 0.0), _TURN)
            channel.settimeout(turn)
            began = time.monotonic()
            try:
                return action()
            except (TimeoutError, BlockingIOError):
                if left <= 0:
                    raise Timeout from None
            finally:
                self._last = time.monotonic()
                self._notice(self._last - began - turn)
        channel.settimeout(None)
        return action()

    def _notice(self, late: float) -> None:
        if self._end is not None and late > _SLACK:
            late = min(late, self._most - self.held_up)
            self.held_up += late
            self._end += late


def send(
    channel: socket.socket, message: Message, arrays: Sequence[Array] = (), *, seconds: float | Deadline | None = None
) -> None:
    """Send one frame. Raises `Closed` or `Timeout`; `seconds` None waits for ever."""
    deadline = seconds if isinstance(seconds, Deadline) else Deadline(seconds)
    try:
        for piece in pack(message, arrays):
            rest = memoryview(piece)
            while rest:
                rest = rest[deadline.wait(channel, partial(channel.send, rest)) :]
    except OSError as error:
        raise Closed(str(error)) from None


def receive(
    channel: socket.socket, kinds: Any, cap: Cap, *, seconds: float | Deadline | None = None
) -> tuple[Any, list[Array]]:
    """Read one frame whose header is one of `kinds`: a struct above, or a union of them."""
    deadline = seconds if isinstance(seconds, Deadline) else Deadline(seconds)
    header_length, payload_length = _LENGTHS.unpack(_read(channel, _LENGTHS.size, deadline))
    if header_length > cap.header or payload_length > cap.payload:
        raise WireError(f"a frame of {header_length} + {payload_length} bytes is over the cap")
    header = _read(channel, header_length, deadline)
    try:
        message = msgspec.msgpack.decode(header, type=kinds)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WireError(f"unreadable header: {str(error)[:200]}") from None
    payload = _read(channel, payload_length, deadline)
    return message, unpack_arrays(message.arrays, payload)


def read(frame: bytes, kinds: Any, cap: Cap = TO_WORKER) -> tuple[Any, list[Array]]:
    """Read a whole frame from memory, as `receive` does from a channel."""
    header_length, payload_length = _LENGTHS.unpack(frame[: _LENGTHS.size])
    if header_length > cap.header or _LENGTHS.size + header_length + payload_length != len(frame):
        raise WireError("not one whole frame")
    header, payload = frame[_LENGTHS.size :][:header_length], frame[_LENGTHS.size + header_length :]
    try:
        message = msgspec.msgpack.decode(header, type=kinds)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WireError(f"unreadable header: {str(error)[:200]}") from None
    return message, unpack_arrays(message.arrays, payload)


def _read(channel: socket.socket, size: int, deadline: Deadline) -> memoryview:
    """Read exactly `size` bytes. Memory is used by what has come, not by what was announced: pages fill as it comes."""
    data = np.empty(size, np.uint8).data
    at = 0
    while at < size:
        try:
            count = deadline.wait(channel, partial(channel.recv_into, data[at:]))
        except OSError as error:
            raise Closed(str(error)) from None
        if not count:
            raise Closed("end of stream")
        at += count
    return data
