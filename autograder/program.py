"""Programs: what a check does with a student's functions, as data. Recorded by the judge's side, played by a worker.

    program := steps, each of which makes one value out of earlier ones

A step never holds code of a student's, and names nothing of Python but what the table below says. What a step does is
told in `autograder.worker.play`, the one place that carries it out:

    array      put array `args[0]` of the payload on the device of the call; "grad" attaches a gradient
    name       look up a name of the notebook
    bind       set a name of the notebook: into the array that it holds, where the shapes agree
    call       args[0](*args[1:], **keywords)
    attribute  args[0].name
    item, set  args[0][args[1]], and args[0][args[1]] = args[2]
    operator   a function of the module `operator` with these arguments
    parts      args[0], which must be a list or tuple of args[1] items
    scope, end enter autograd's "record", "predict" (record without train mode) or "pause"; leave it
    backward   gradients of sum(args[0] * args[1]); without args[1], of a fixed head of that shape
    seed       seed MXNet's and NumPy's generators
    iterator   an iterator over arrays args[0], args[1] of the payload, in batches of args[2]; args[3] are served
    helper     run the check writer's own code, in a namespace of its own; the value is the last thing that it defines
    device     the device of the call
    batch      part args[0] of the batch of a training step
    report     send what args[0] holds at this moment
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

MAX_STEPS = 5000
OPERATORS = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "neg", "pos", "abs"),
    *("eq", "ne", "lt", "le", "gt", "ge"),
)

Op = Literal[
    "array",
    "name",
    "bind",
    "call",
    "attribute",
    "item",
    "set",
    "operator",
    "parts",
    "scope",
    "end",
    "backward",
    "seed",
    "iterator",
    "helper",
    "device",
    "batch",
    "report",
]


class Ref(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="r"):
    """The value of step `index`; in an `array` or `iterator` step, an array of the payload."""

    index: int


class Const(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="c"):
    """A number, a truth value, a text or None."""

    value: bool | int | float | str | None


class Many(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="m"):
    """A list or tuple, or a slice of three items."""

    kind: Literal["list", "tuple", "slice"]
    items: tuple["Arg", ...]


class Pairs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="d"):
    """A dictionary."""

    items: dict[str, "Arg"]


Arg = Ref | Const | Many | Pairs


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """Make one value; see the table above."""

    op: Op
    args: tuple[Arg, ...] = ()
    name: str = ""
    keywords: dict[str, Arg] = {}


Steps = tuple[Step, ...]


def references(arg: Arg) -> Iterator[int]:
    """Yield the steps whose values an argument uses."""
    match arg:
        case Ref(index=index):
            yield index
        case Many(items=items):
            for item in items:
                yield from references(item)
        case Pairs(items=pairs):
            for item in pairs.values():
                yield from references(item)


def uses(step: Step) -> Iterator[int]:
    """Yield the earlier steps whose values a step uses."""
    if step.op in ("array", "iterator"):
        return
    for arg in (*step.args, *step.keywords.values()):
        yield from references(arg)


def fault(steps: Steps, arrays: int) -> str | None:
    """Say what is wrong with a program that came from elsewhere, for `arrays` arrays of payload; None if nothing is."""
    if len(steps) > MAX_STEPS:
        return f"more than {MAX_STEPS} steps"
    for number, step in enumerate(steps):
        if any(not 0 <= index < number for index in uses(step)):
            return f"step {number} uses a value that is not made before it"
        if step.op in ("array", "iterator"):
            payload = [a.index for a in step.args if isinstance(a, Ref)]
            if not payload or any(not 0 <= index < arrays for index in payload):
                return f"step {number} asks for an array that is not there"
        if step.op == "operator" and step.name not in OPERATORS:
            return f"step {number} asks for an operator that is not known"
        if step.op == "attribute" and step.name.startswith("_"):
            return f"step {number} asks for a private attribute"
    return None


def shifted(steps: Steps, by: int, arrays: int) -> Steps:
    """Renumber a program that follows another of `by` steps and `arrays` arrays."""

    def moved(arg: Arg, add: int) -> Arg:
        match arg:
            case Ref(index=index):
                return Ref(index + add)
            case Many(kind=kind, items=items):
                return Many(kind, tuple(moved(item, add) for item in items))
            case Pairs(items=pairs):
                return Pairs({key: moved(item, add) for key, item in pairs.items()})
        return arg

    found = []
    for step in steps:
        add = arrays if step.op in ("array", "iterator") else by
        keywords = {key: moved(arg, add) for key, arg in step.keywords.items()}
        found.append(Step(step.op, tuple(moved(arg, add) for arg in step.args), step.name, keywords))
    return tuple(found)
