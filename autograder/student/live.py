"""A session on functions that live in this process: the student's own kernel, for a self-check.

The very code that a worker runs, without a deadline: a loop that never ends is interrupted like any other cell.
"""

import contextlib
import inspect
import io
import linecache
import random
import sysconfig
import warnings
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from mxnet import autograd

from autograder import wire
from autograder.asking import Answer, Outcome, Uses
from autograder.idx import Bytes
from autograder.worker import calls, handler

Namespace = Mapping[str, Any]

# Whose lines are not the student's: Python's, those of installed packages, and our own.
LIBRARIES = tuple(
    str(Path(place)) + "/"
    for place in {*sysconfig.get_paths().values(), str(Path(__file__).parents[1])}
    if Path(place) != Path(sysconfig.get_paths()["data"])
)


def device_of(namespace: Namespace) -> Any:
    """Return the notebook's `ctx`, or the CPU where it has none."""
    ctx = namespace.get("ctx")
    return ctx if isinstance(ctx, type(calls.context("cpu(0)"))) else calls.context("cpu(0)")


@contextmanager
def undisturbed() -> Iterator[None]:
    """Leave autograd's state, random generators and warning filters as they were, whatever the student's code does.

    Inside, nothing is recorded and no warning is shown: a grade cell with anything on stderr gets zero from nbgrader.
    """
    recording, train_mode = autograd.set_recording(False), autograd.set_training(False)
    numbers, state = np.random.get_state(), random.getstate()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        autograd.set_recording(recording)
        autograd.set_training(train_mode)
        np.random.set_state(numbers)
        random.setstate(state)


@dataclass
class LiveSession:
    """The functions of a notebook that runs, asked through the very code that a sandboxed child runs.

    It knows no deadline. `data` are training images and labels; `watched` are library names to look for in the cells.
    """

    namespace: Namespace
    names: tuple[str, ...]  # of the functions
    data: tuple[Bytes, Bytes] | None = None
    watched: tuple[str, ...] = ()
    ran_whole: bool = False
    in_kernel: bool = True
    seconds_importing: float = 0.0
    held_up: float = 0.0

    def __post_init__(self) -> None:
        self._functions = handler.Functions(lambda _cell: writable(self.namespace), self.data, own_line(self.namespace))
        self._read: tuple[Uses, frozenset[str]] | None = None

    @property
    def device(self) -> str:
        """Where the notebook's arrays are."""
        return str(device_of(self.namespace))

    @property
    def loaded(self) -> wire.Loaded:
        """What the notebook has of its functions now."""
        there = {name: self.namespace[name] for name in self.names if name in self.namespace}
        return wire.Loaded(
            defined=tuple(name for name, value in there.items() if callable(value)),
            missing=tuple(name for name in self.names if name not in there),
            not_callable=tuple((n, 0, type(value).__name__) for n, value in there.items() if not callable(value)),
        )

    def uses(self, exercise: str) -> Uses | None:
        """Return what was read of the watched names; None of a function that does not stand in the cells as it is."""
        if self._read is None:
            self._read = surveyed(self.namespace, self.names, self.watched)
        uses, known = self._read
        return uses if exercise in known else None

    def ask(self, request: wire.Request, arrays: Sequence[wire.Array], _seconds: float) -> Outcome:
        """Make one request; what the student's code raises becomes part of the outcome, but for an interrupt."""
        trains = isinstance(request, wire.TrainStart | wire.TrainSteps)
        # What a function prints, it would print hundreds of times.
        silence = contextlib.redirect_stdout(io.StringIO()) if trains else contextlib.nullcontext()
        try:
            with silence:
                return Answer(*self._functions.answer(request, list(arrays), device_of(self.namespace)))
        finally:
            autograd.set_recording(False)  # the student may have switched it on, for the next call too
            autograd.set_training(False)

    def close(self) -> None:
        """Nothing ends: it is the student's own process."""


def surveyed(namespace: Namespace, names: Sequence[str], watched: tuple[str, ...]) -> tuple[Uses, frozenset[str]]:
    """Read the cells that were run, for what exercises must do without; return that, and the exercises it is true of.

    These are the functions that stand in the cells as they are now: none outside a notebook, nor what a file defines.
    """
    cells = _history(namespace) if watched else ()
    if not cells:
        return (), frozenset()
    from autograder.worker import importing  # noqa: PLC0415 - imports IPython, which is there where there are cells

    request = wire.Survey(cells=cells, names=tuple(names), watched=watched)
    chosen = importing.read(request)
    binding = {n: s.cell for s in chosen.statements for n in names if n in s.immediate.stores}  # the last one
    texts = {cell.index: cell.text for cell in cells}
    known = (n for n, cell in binding.items() if _source(namespace.get(n)) in texts[cell])
    return importing.survey(request, chosen).uses, frozenset(known)


def _history(namespace: Namespace) -> tuple[wire.Source, ...]:
    """Return the cells that IPython has run, as they were typed."""
    shell = namespace["get_ipython"]() if callable(namespace.get("get_ipython")) else None
    texts = getattr(getattr(shell, "history_manager", None), "input_hist_raw", ())
    return tuple(wire.Source(i, text) for i, text in enumerate(texts) if text)


def _source(function: object) -> str:
    """Return the text of a function; for what has none, something that stands in no cell."""
    try:
        return inspect.getsource(function).strip()  # type: ignore[arg-type]
    except (OSError, TypeError):
        return "\0"


def writable(namespace: Namespace) -> Any:
    """Return the dictionary that a notebook's functions take their globals from."""
    return namespace


def own_line(namespace: Namespace) -> handler.Line:
    """Return what tells the student's lines of a traceback from those of libraries."""

    def line(frame: FrameType, number: int) -> wire.TraceLine | None:
        if not _is_own(frame, namespace):
            return None
        code = linecache.getline(frame.f_code.co_filename, number).strip()[:200]
        return wire.TraceLine(None, number, code)

    return line


def argument_names(function: Any) -> tuple[str, ...]:
    """Return what a function calls its arguments; nothing where it doesn't say."""
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()


def _is_own(frame: FrameType, namespace: Namespace) -> bool:
    """Tell whether a frame runs a line of the notebook's, or of a file that the student keeps beside it."""
    name = frame.f_code.co_filename
    home = namespace.maps[-1] if isinstance(namespace, ChainMap) else namespace
    return frame.f_globals is home or not (name.startswith((*LIBRARIES, "<")) or "site-packages" in name)
