"""One forked child: it confines itself, imports one submission, and answers the judge's calls until told to stop."""

import os
import signal
import socket
import sys
import types
from typing import Any

from autograder import wire
from autograder.idx import Bytes
from autograder.worker import calls, confine, handler, importing
from autograder.worker.slicing.plan import Plan


def serve(channel: socket.socket, spawn: wire.Spawn, data: tuple[Bytes, Bytes]) -> None:
    """Confine this process, then answer requests on `channel` until it closes."""
    _silence()
    _die_by_the_signal()
    try:
        layers = confine.confine(
            confine.Limits(spawn.memory_mb, spawn.cpu_seconds, spawn.file_mb, spawn.open_files),
            readable=spawn.readable,
            writable=spawn.writable,
            keep_fds={channel.fileno()},
            layers=spawn.layers,
        )
    except (confine.ConfinementError, OSError) as error:
        wire.send(channel, wire.Refused(reason=str(error)[: wire.MAX_TEXT]))
        return
    wire.send(channel, wire.Ready(layers=layers))
    handler = Handler(data)
    while True:
        try:
            request, arrays = wire.receive(channel, wire.Request, wire.TO_WORKER)
        except wire.Closed:
            return
        reply, out = handler.answer(request, arrays)
        wire.send(channel, reply, out)


class Handler:
    """What one child holds: the submission's namespace, the device, and what answers on them."""

    def __init__(self, data: tuple[Bytes, Bytes]) -> None:
        self._module = types.ModuleType("__main__")
        self._device: Any = None
        self._default: Any = None
        self._functions = handler.Functions(self._names, data, importing.student_line)
        self._plan: tuple[tuple[wire.Source, ...], tuple[str, ...], Plan] | None = None

    def answer(self, request: wire.Request, arrays: list[wire.Array]) -> tuple[wire.Reply, list[wire.Array]]:
        """Answer one request; whatever the submission raises becomes a `Raised`."""
        if isinstance(request, wire.Survey):
            self._plan = (request.cells, request.names, importing.read(request))
            return importing.survey(request, self._plan[2]), []
        if isinstance(request, wire.Load):
            return self._load(request), []
        try:
            with self._default:
                return self._functions.answer(request, arrays, self._device)
        except BaseException as error:  # noqa: BLE001 - SystemExit and its kin are the submission's too
            return handler.describe(error, importing.student_line), []

    def _load(self, request: wire.Load) -> wire.Loaded:
        self._device = calls.context(request.device)
        self._default = calls.context("cpu(0)") if request.roam else self._device
        sys.modules["__main__"] = self._module
        with self._default:
            known = self._plan if self._plan and self._plan[:2] == (request.cells, request.names) else None
            return importing.load(request, vars(self._module), self._device, known and known[2])

    def _names(self, cell: str) -> dict[str, Any]:
        """Return the namespace, or a copy of it, a new one each time, in which `cell` has run."""
        if not cell:
            return vars(self._module)
        names = dict(vars(self._module))
        exec(compile(cell, "<cell 0>", "exec"), names)  # noqa: S102 - this is the process that such code is for
        return names


def _die_by_the_signal() -> None:
    """Undo MXNet's handlers, which turn a crash into an exit: the server tells how a child ended."""
    for number in (signal.SIGSEGV, signal.SIGFPE, signal.SIGBUS, signal.SIGILL, signal.SIGABRT):
        signal.signal(number, signal.SIG_DFL)


def _silence() -> None:
    """What a submission prints goes nowhere; it reads end of file."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
