"""Make a case's call on functions that live in this process: the student's own kernel, for a self-check.

The very code that a worker runs, without a deadline: a loop that never ends is interrupted like any other cell.
"""

import inspect
import linecache
import random
import sysconfig
import warnings
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from mxnet import autograd

from autograder import wire
from autograder.asking import Answer, Outcome
from autograder.checks.expectations import Claim, OnDevice
from autograder.checks.vocabulary import Aspect, Case
from autograder.idx import Bytes
from autograder.judging.assess import claim_of
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


def perform(case: Case, namespace: Namespace) -> Outcome:
    """Make the call of one case; what the student's code raises becomes part of the outcome."""
    device = device_of(namespace)
    arrays = list(case.arrays)
    play = case.request
    if isinstance(play, wire.Play):
        return guard(lambda: handler.play(play, arrays, writable(namespace), device, own_line(namespace)), namespace)
    function = namespace[play.function]
    match play:
        case wire.Call():
            return guard(lambda: calls.call(function, arrays, device), namespace)
        case wire.Gradient(wrt=wrt):
            return guard(lambda: calls.gradient(function, arrays, wrt, device), namespace)
        case wire.Update(lr=lr, rounds=rounds):
            return guard(lambda: calls.update(function, arrays, lr, device, rounds), namespace)
        case wire.Evaluate() as request:
            return guard(lambda: calls.evaluate(function, arrays, request, device), namespace)


class Trainer:
    """Answers a training run's requests with the functions of a namespace; `data` are training images and labels."""

    def __init__(self, namespace: Namespace, data: tuple[Bytes, Bytes]) -> None:
        self._namespace, self._data = namespace, data
        self._training: calls.Training | None = None

    def ask(self, request: wire.Request, arrays: list[wire.Array], _seconds: float) -> Outcome:
        """Answer one request of `training.run`."""
        if isinstance(request, wire.TrainStart):
            return guard(lambda: self._begin(request, arrays), self._namespace)
        return guard(lambda: self._advance(arrays[0]), self._namespace)

    def _begin(self, request: wire.TrainStart, arrays: list[wire.Array]) -> calls.Answer:
        functions = [self._namespace[n] for n in (request.activation, request.loss, request.optimizer)]
        self._training = calls.Training(functions, arrays, request.lr, self._data, device_of(self._namespace))
        return self._training.snapshot()

    def _advance(self, order: wire.Array) -> calls.Answer:
        assert self._training is not None
        self._training.steps(order)
        return self._training.snapshot()


def writable(namespace: Namespace) -> Any:
    """Return the dictionary that a notebook's functions take their globals from."""
    return namespace


def guard(act: Callable[[], calls.Answer], namespace: Namespace) -> Outcome:
    """Run `act`; an exception of the student's becomes `Raised`, a keyboard interrupt stays one."""
    try:
        return Answer(*act())
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - SystemExit and its kin are the student's too
        return Answer(handler.describe(error, own_line(namespace)), [])
    finally:
        autograd.set_recording(False)  # the student may have switched it on, for the next call too
        autograd.set_training(False)


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


def failing(case: Case, outcome: Outcome, device: str) -> tuple[Aspect, Claim] | None:
    """Return the first aspect of a returned outcome that does not fit, and what came instead."""
    if not isinstance(outcome, Answer) or not isinstance(outcome.reply, wire.Returned):
        return None
    for aspect in case.aspects:
        claim = claim_of(aspect, outcome)
        expect = OnDevice(device) if isinstance(aspect.expect, OnDevice) else aspect.expect
        if claim is not None and expect(claim) is not None:
            return aspect, claim
    return None


def size(case: Case) -> int:
    """Return how many numbers a case's inputs hold: the smallest failing one is shown."""
    return sum(int(np.size(a)) for a in case.arrays)
