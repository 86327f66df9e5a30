"""Import a submission into a namespace and say what that gave; put its errors into words of the wire."""

import ast
import difflib
import linecache
from collections.abc import Sequence
from types import FrameType
from typing import Any

from autograder import wire
from autograder.worker.play import sendable
from autograder.worker.running import Problem, run
from autograder.worker.slicing import usage
from autograder.worker.slicing.plan import Plan, plan

MAX_NOTES = 20  # of each kind that one reply carries
MAX_NAME = 200  # characters


def survey(request: wire.Survey, chosen: Plan) -> wire.Surveyed:
    """Say which of the watched names each exercise's definition uses: at most one use of each."""
    uses = [
        (name, rule, sendable(used[:MAX_NAME]))
        for name in request.names
        for rule, used in usage.found_uses(request.watched, chosen.used.get(name, frozenset()))
    ]
    return wire.Surveyed(uses=tuple(uses))


def read(request: wire.Survey | wire.Load) -> Plan:
    """Slice the cells of a request; nothing runs."""
    return plan([(cell.index, cell.text) for cell in request.cells], request.names)


def load(request: wire.Load, namespace: dict[str, Any], ctx: object, chosen: Plan | None = None) -> wire.Loaded:
    """Run the statements that `request` asks for in `namespace`; report what is defined, missing or broken.

    `chosen` is what `read` made of the request, where that is known.
    """
    chosen = chosen or read(request)
    outcome = run(chosen, request.mode, namespace, ctx=ctx, seconds=request.seconds)
    # A star import may bind an exercise's name to the library's own function: that defines nothing.
    own = [n for n in request.names if n not in chosen.missing or chosen.dynamic]
    bound = {n: namespace[n] for n in own if n in namespace}
    defined = tuple(n for n, value in bound.items() if callable(value))
    broken = [_broken(n, p) for n, p in outcome.broken.items() if n not in defined]
    told = {(b.cell, b.line) for b in broken}
    for problem in chosen.syntax_errors:
        kind, _, text = problem.message.partition(": ")
        lost: list[str | None] = [n for n in problem.names if n not in defined]
        broken += [
            wire.Broken(n, problem.cell, problem.line, kind, text, _code(problem.cell, problem.line))
            for n in lost or [None]
        ]
    if request.mode != "whole":  # there, what a plot or a download came to is no one's concern
        broken += [_broken(None, p) for p in outcome.problems if (p.cell, p.line) not in told]
    lost_names = {b.name for b in broken}
    missing = tuple(n for n in request.names if n not in bound and n not in lost_names)
    return wire.Loaded(
        defined=defined,
        blank=tuple(n for n in chosen.blank if n in defined),
        missing=missing,
        not_callable=tuple(
            (n, chosen.shadowed.get(n, 0), type(value).__name__[:80]) for n, value in bound.items() if n not in defined
        ),
        broken=tuple(broken[:MAX_NOTES]),
        similar=_similar(missing, [n for n in (*namespace, *_definitions(chosen)) if n not in request.names]),
        loop_bound=tuple(chosen.loop_bound)[:MAX_NOTES] if request.mode == "slice" else (),
        dynamic=chosen.dynamic,
    )


def student_line(frame: FrameType, line: int) -> wire.TraceLine | None:
    """Return a line of a traceback that stands in one of the notebook's cells; None for any other."""
    name = frame.f_code.co_filename
    if not name.startswith("<cell "):
        return None
    number = name.removeprefix("<cell ").removesuffix(">")
    code = linecache.getline(name, line).strip()[:200]
    return wire.TraceLine(int(number) if number.isdecimal() else None, line, sendable(code))


def first_line(text: str) -> str:
    """Return the first line of an error message that says something; MXNet puts its C++ trace around it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith(("[bt]", "Stack trace", "Traceback", "File "))]
    wanted = next((line for line in said if "Check failed" in line or "Error in operator" in line), None)
    return sendable((wanted or (said or lines or [""])[0])[: wire.MAX_TEXT])


def _broken(name: str | None, problem: Problem) -> wire.Broken:
    code = _code(problem.cell, problem.line)
    return wire.Broken(name, problem.cell, problem.line, problem.kind, sendable(problem.message), code)


def _code(cell: int, line: int) -> str:
    """Return a line of a cell, as `running.run` registered it."""
    return sendable(linecache.getline(f"<cell {cell}>", line).strip()[:200])


def _definitions(chosen: Plan) -> list[str]:
    """Name the functions and classes of a notebook, whether or not they were needed and run."""
    nodes = [statement.node for statement in chosen.statements]
    return [node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def _similar(missing: tuple[str, ...], bound: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """For a name that is missing, find one that resembles it: `Softmax`, `my_softmax`, `softmx`."""
    found = []
    for name in missing:
        plain = _plain(name)
        others = [n for n in bound if isinstance(n, str) and not n.startswith("__") and n != "ctx"]
        close = [n for n in others if plain in _plain(n) or _plain(n) == plain]
        close += difflib.get_close_matches(name, others, 1, cutoff=0.8)
        if close:
            found.append((name, sendable(close[0][:100])))
    return tuple(found)


def _plain(name: str) -> str:
    return name.lower().replace("_", "")
