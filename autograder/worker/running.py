"""Runs the statements that a plan chose, one by one, in a namespace that stands for the notebook's `__main__`.

A statement that raises does not stop the others: it breaks only the exercises that need it. A statement that runs past
its share of the time is interrupted, so that a long training loop does not keep the definitions after it from being
made; the judge's deadline, which no student code can disarm, stands behind this.
"""

import linecache
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FrameType, ModuleType

from autograder.worker.slicing.plan import Mode, Plan

_SHARE = 0.5  # of the time that is left, for any one statement: whatever comes later still gets its turn
_LEAST_SECONDS = 0.02  # enough to define a function
_AGAIN_SECONDS = 0.2  # a bare `except:` may swallow the first interrupt
_LONGEST_MESSAGE = 500


@dataclass(frozen=True)
class Problem:
    """A statement that failed: where, as the student counts cells and lines, and what was raised."""

    cell: int
    line: int
    kind: str  # the exception's class name; "Interrupted" where the time was up
    message: str


@dataclass(frozen=True)
class Outcome:
    """All failures in order, and for each exercise that needed a failed statement the first of its failures."""

    problems: tuple[Problem, ...]
    broken: Mapping[str, Problem]


class _Interrupted(BaseException):
    """The statement's share of time is used up; a BaseException, so that `except Exception` lets it pass."""


def main_module() -> ModuleType:
    """A fresh `__main__`, in `sys.modules`: dataclasses and pickle look there for what notebooks define."""
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    return module


def run(plan: Plan, mode: Mode, namespace: dict[str, object], *, ctx: object, seconds: float) -> Outcome:
    """Run the chosen statements in `namespace`, for about `seconds` at most; main thread only (it uses SIGALRM).

    `ctx` is bound before the first statement and again after each: the device is configured, not chosen by a notebook.
    """
    _register_sources(plan)
    needed = plan.needed if mode == "slice" else plan.needed_with_loops
    problems: list[Problem] = []
    broken: dict[str, Problem] = {}
    namespace.setdefault("__name__", "__main__")
    namespace["ctx"] = ctx
    end = time.monotonic() + seconds
    for at in plan.chosen(mode):
        statement = plan.statements[at]
        share = max(_LEAST_SECONDS, (end - time.monotonic()) * _SHARE)
        try:
            _execute(statement.code, namespace, share)
        except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are the student's here, too
            problem = _problem(error, statement.cell, statement.line, share)
            problems.append(problem)
            for name, positions in needed.items():
                if at in positions:
                    broken.setdefault(name, problem)
        namespace["ctx"] = ctx
    return Outcome(problems=tuple(problems), broken=broken)


def _execute(code: CodeType, namespace: dict[str, object], seconds: float) -> None:
    with _alarm(seconds):
        exec(code, namespace)  # noqa: S102 - this is the process that student code is for


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    armed = True

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if armed:
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
            raise _Interrupted

    previous = signal.signal(signal.SIGALRM, interrupt)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        try:
            armed = False
        finally:  # an alarm may come in that very moment; from here on a late one is harmless
            armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)
            signal.setitimer(signal.ITIMER_REAL, *timer)  # the caller's own, if any: pytest has one


def _register_sources(plan: Plan) -> None:
    """Let tracebacks show the student's lines."""
    for cell, source in plan.sources.items():
        lines = [f"{line}\n" for line in source.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
        linecache.cache[f"<cell {cell}>"] = (len(source), None, lines, f"<cell {cell}>")


def _problem(error: BaseException, cell: int, line: int, share: float) -> Problem:
    """Where the innermost frame of the student's own code stood."""
    for frame, at in traceback.walk_tb(error.__traceback__):
        number = frame.f_code.co_filename.removeprefix("<cell ").removesuffix(">")
        if number.isdecimal():
            cell, line = int(number), at
    if isinstance(error, _Interrupted):
        return Problem(cell, line, "Interrupted", f"still running after {share:.1f} seconds")
    try:
        message = str(error)
    except BaseException as another:  # noqa: BLE001 - a student's __str__ may do anything
        message = f"(no message: its __str__ raised {type(another).__name__})"
    return Problem(cell, line, type(error).__name__, message[:_LONGEST_MESSAGE])
