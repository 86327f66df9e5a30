"""Answers the judge's requests on one namespace: a sandboxed child's, the oracle's, or a live kernel's.

Whatever the student's code raises becomes data here, and is never raised any further.
"""

import traceback
from collections.abc import Callable
from types import FrameType
from typing import Any

from autograder import wire
from autograder.idx import Bytes
from autograder.worker import calls, importing
from autograder.worker.play import Describer, Detached, Player, WrongParts, WrongSize, sendable

MAX_TRACE = 8  # lines of a traceback that are sent
MAX_SAID = 100_000  # characters of an error message that are read for the line that says something

Line = Callable[[FrameType, int], wire.TraceLine | None]  # a line of the student's own, None where it is another's


def play(request: wire.Play, arrays: list[wire.Array], names: dict[str, Any], device: Any, line: Line) -> calls.Answer:
    """Play a program; return what it reported until it ended, and why it ended if that was before its last step."""
    player = Player(names, arrays, device, wide=request.wide)
    stopped = None
    try:
        player.play(request.steps)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - SystemExit and its kin are the student's too
        stopped = describe(error, line)
    finally:
        player.restore()
    describer = Describer()
    values = tuple(describer.value(taken) for taken in player.reported)
    return wire.Returned(values=values, stopped=stopped), describer.arrays


class Functions:
    """The functions of one namespace, asked one request at a time; a training run goes on from request to request.

    `namespace` returns the names that a program is played on, given the text of a cell to run on a copy of them.
    """

    def __init__(
        self,
        namespace: Callable[[str], dict[str, Any]],
        data: tuple[Bytes, Bytes] | None,
        line: Line,
    ) -> None:
        self._namespace, self._data, self._line = namespace, data, line
        self._training: calls.Training | None = None

    def answer(
        self, request: wire.Request, arrays: list[wire.Array], device: Any
    ) -> tuple[wire.Reply, list[wire.Array]]:
        """Answer one request; whatever the student's code raises becomes a `Raised`, but for a keyboard interrupt."""
        try:
            return self._dispatch(request, arrays, device)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - SystemExit and its kin are the student's too
            return describe(error, self._line), []

    def _dispatch(self, request: wire.Request, arrays: list[wire.Array], device: Any) -> calls.Answer:
        if isinstance(request, wire.Play):
            return play(request, arrays, self._namespace(request.cell), device, self._line)
        names = self._namespace("")
        match request:
            case wire.Call():
                return calls.call(names[request.function], arrays, device)
            case wire.Gradient():
                return calls.gradient(names[request.function], arrays, request.wrt, device)
            case wire.Update():
                return calls.update(names[request.function], arrays, request.lr, device, request.rounds)
            case wire.Evaluate():
                return calls.evaluate(names[request.function], arrays, request, device)
            case wire.TrainStart() if self._data:
                functions = [names[n] for n in (request.activation, request.loss, request.optimizer)]
                self._training = calls.Training(functions, arrays, request.lr, self._data, device)
                return self._training.snapshot()
            case wire.TrainSteps() if self._training:
                self._training.steps(arrays[0])
                return self._training.snapshot()
        raise wire.WireError("no training has been started")


def describe(error: BaseException, line: Line) -> wire.Raised:
    """Put an exception into words: its type, the line of its text that says something, and the student's own lines."""
    text = _said(error).strip()
    frames = list(traceback.walk_tb(error.__traceback__))
    cause = "error"
    # MXNet raises NotImplementedError too, where nothing is blank.
    if isinstance(error, NotImplementedError) and frames and line(*frames[-1]) is not None:
        cause = "blank"
    elif "not in a computational graph" in text or isinstance(error, calls.Detached | Detached):
        cause = "detached"
    elif isinstance(error, WrongParts):
        cause = "parts"
    elif isinstance(error, WrongSize):
        cause = "size"
    found = [one for frame, number in frames if (one := line(frame, number)) is not None]
    return wire.Raised(
        error=sendable(type(error).__name__[: wire.MAX_TEXT]),
        text=importing.first_line(text),
        cause=cause,  # type: ignore[arg-type]
        trace=tuple(found[-MAX_TRACE:]),
    )


def _said(error: BaseException) -> str:
    """Return the text of an exception, whose __str__ is the student's and may do anything."""
    try:
        return str.__str__(str(error))[:MAX_SAID]
    except BaseException as another:  # noqa: BLE001 - see above
        return f"(no message: its __str__ raised {type(another).__name__})"
