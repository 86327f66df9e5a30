"""Make a case's call on functions that live in this process: the student's own kernel, for a self-check.

The very code that a worker runs, without a deadline: a loop that never ends is interrupted like any other cell.
"""

import linecache
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder import wire
from autograder.assess import claim_of
from autograder.checks import Aspect, Case
from autograder.compare import Claim, OnDevice
from autograder.idx import Bytes
from autograder.slot import Answered, Outcome
from autograder.worker import calls
from autograder.worker.importing import first_line

Namespace = Mapping[str, Any]


def device_of(namespace: Namespace) -> Any:
    """Return the notebook's `ctx`, or the CPU where it has none."""
    ctx = namespace.get("ctx")
    return ctx if isinstance(ctx, type(calls.context("cpu(0)"))) else calls.context("cpu(0)")


def perform(case: Case, namespace: Namespace) -> Outcome:
    """Make the call of one case; what the student's code raises becomes part of the outcome."""
    device = device_of(namespace)
    function = namespace[case.request.function]
    arrays = list(case.arrays)
    match case.request:
        case wire.Call():
            return guard(lambda: calls.call(function, arrays, device), function)
        case wire.Gradient(wrt=wrt):
            return guard(lambda: calls.gradient(function, arrays, wrt, device), function)
        case wire.Update(lr=lr):
            return guard(lambda: calls.update(function, arrays, lr, device), function)
        case wire.Evaluate() as request:
            return guard(lambda: calls.evaluate(function, arrays, request, device), function)


class Trainer:
    """Answers a training run's requests with the functions of a namespace; `data` are training images and labels."""

    def __init__(self, namespace: Namespace, data: tuple[Bytes, Bytes]) -> None:
        self._namespace, self._data = namespace, data
        self._training: calls.Training | None = None

    def ask(self, request: wire.Request, arrays: list[wire.Array], _seconds: float) -> Outcome:
        """Answer one request of `training.run`."""
        if isinstance(request, wire.TrainStart):
            names = (request.activation, request.loss, request.optimizer)
            functions = [self._namespace[n] for n in names]
            self._training = calls.Training(functions, arrays, request.lr, self._data, device_of(self._namespace))
            return guard(self._training.snapshot, functions[0])
        training = self._training
        assert training is not None

        def advance() -> calls.Answer:
            training.steps(arrays[0])
            return training.snapshot()

        return guard(advance, self._namespace["SGD"])


def guard(act: Callable[[], calls.Answer], function: Any) -> Outcome:
    """Run `act`; an exception of the student's becomes `Raised`, a keyboard interrupt stays one."""
    try:
        return Answered(*act())
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - SystemExit and its kin are the student's too
        return Answered(describe(error, function), [])


def describe(error: BaseException, function: Any) -> wire.Raised:
    """Put an exception into words, with those lines of its traceback that are the student's own."""
    try:
        text = str(error).strip()
    except Exception as second:  # noqa: BLE001 - a student's __str__ may do anything
        text = f"(its __str__ raised {type(second).__name__})"
    cause = "error"
    if isinstance(error, NotImplementedError):
        cause = "blank"
    elif "not in a computational graph" in text or isinstance(error, calls.Detached):
        cause = "detached"
    own = getattr(function, "__globals__", None)
    frames = [
        wire.Frame(None, line, linecache.getline(frame.f_code.co_filename, line).strip()[:200])
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_globals is own
    ]
    return wire.Raised(
        error=type(error).__name__,
        text=first_line(text),
        cause=cause,  # type: ignore[arg-type]
        trace=tuple(frames[-8:]),
    )


def failing(case: Case, outcome: Outcome, device: str) -> tuple[Aspect, Claim] | None:
    """Return the first aspect of a returned outcome that does not fit, and what came instead."""
    if not isinstance(outcome, Answered) or not isinstance(outcome.reply, wire.Returned):
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
