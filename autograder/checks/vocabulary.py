"""The vocabulary of a page of checks: what a course's `checks.py` is written in.

A check is a documented function of a random generator that yields cases; a case is one call into the
submission, what is expected of it, and what known mistakes would have given instead. Cases are data: no check
ever holds student code. See docs/check-writers.md.
"""

import inspect
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import ModuleType
from typing import Any, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from autograder import wire
from autograder.checks import derived
from autograder.checks.expectations import (
    ATOL,
    RTOL,
    Anything,
    Claim,
    CloseTo,
    Expectation,
    Float,
    Fraction,
    HasShape,
    Items,
    Moments,
    NotFinite,
    Number,
    OfKind,
    OnDevice,
    OneOf,
    Same,
    Text,
    Truth,
    Whole,
)
from autograder.checks.recorder import Student
from autograder.result import NoteKind

__all__ = [
    "Aspect",
    "Case",
    "Check",
    "Items",
    "Mistake",
    "Moments",
    "Number",
    "OnDevice",
    "OneOf",
    "Same",
    "Student",
    "Text",
    "Train",
    "Truth",
    "Whole",
    "any_of",
    "call",
    "check",
    "close_to",
    "evaluate",
    "fraction",
    "gradient",
    "has_shape",
    "not_finite",
    "note",
    "on_device",
    "returns_nothing",
    "train",
    "update",
]

Mistakes = Mapping[str, "Expectation | ArrayLike | AnyOf"]
APART = 3.0  # tolerances that a mistake must lie from what is right, at least, to be told
Where = Literal["value", "gradient", "after"]


@dataclass(frozen=True)
class Aspect:
    """One thing to compare in what a call gave: value number `index`, the gradient, or argument `index` afterwards."""

    where: Where
    index: int
    expect: Expectation
    of: Where = "value"  # what a program's report is of
    origin: int | None = None  # the array of the payload that was reported, as it is afterwards


@dataclass(frozen=True)
class AnyOf:
    """Several values that one mistake may give, depending on how it was made."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Mistake:
    """A diagnosis by value: `text` holds where the failing aspect, or with `every` each one, is what `parts` say."""

    text: str
    parts: tuple[Aspect, ...]
    every: bool = False
    raised: tuple[str, str] | None = None  # the exception, and its text, that ends the program after these parts


@dataclass(frozen=True)
class Case:
    """One call into the submission and what to compare in its outcome, in order."""

    request: wire.Play | wire.Call | wire.Gradient | wire.Update | wire.Evaluate
    arrays: tuple[NDArray[np.generic], ...]
    aspects: tuple[Aspect, ...]
    mistakes: tuple[Mistake, ...] = ()
    raises: tuple[tuple[str, str], ...] = ()  # text in "Error: message", diagnosis


@dataclass(frozen=True)
class Train:
    """Look at the submission's one training run: `aspect` of it is judged (see `autograder.checks.training`)."""

    aspect: Literal["trajectory", "convergence", "test_accuracy"]


Cases = Callable[[Generator], "Iterator[Case | Train]"]


@dataclass(frozen=True)
class Check:
    """A named, documented generator of cases. `note` checks cost nothing: a mismatch adds `title` to the notes.

    A `roams` check runs on a device that is not MXNet's default one, so that what is made without naming a
    device is found out; `on_device` in it refers to that device.
    """

    name: str
    title: str
    exercise: str
    points: float
    hidden: bool
    cases: Cases = field(compare=False)
    note: bool = False
    note_kind: str = NoteKind.FRAGILE
    roams: bool = False
    weighted: bool = False  # `points` is a share of its exercise's, not an amount
    further: tuple["Check", ...] = field(default=(), compare=False)  # made of this one by machine


def check(
    exercise: str,
    *,
    weight: float = 1.0,
    points: float | None = None,
    hidden: bool = False,
    roams: bool = False,
    device: Literal["usual", "other"] = "usual",
    over: Sequence[Any] = (),
    also: Mapping[str, float] | Sequence[str] = (),
) -> Callable[[Callable[..., Any]], Check]:
    """Make a check of a function; the first line of its docstring is what the student reads.

    The function is called as `f(rng, student)`, or with `over` once for each item as `f(rng, student, item)`, and its
    calls on `student` are recorded (`checks.recorder`). Of the points of its exercise it gets a share by its `weight`.
    With `device="other"` it is played on a device that is not MXNet's default one, as far as the machine has another.
    `also` names further hidden checks that are made of this one, with their weights (1 where there is none): see
    `checks.derived`.
    """

    def make(function: Callable[..., Any]) -> Check:
        cases = partial(_record, function, exercise, over) if _records(function) else function
        elsewhere = roams or device == "other"
        share = float(weight if points is None else points)
        name, title = function.__name__, _title(function)
        made = Check(name, title, exercise, share, hidden, cases, roams=elsewhere, weighted=points is None)
        wanted = also if isinstance(also, Mapping) else dict.fromkeys([also] if isinstance(also, str) else also, 1.0)
        further = tuple(_derived(made, kind, function, over, worth) for kind, worth in wanted.items())
        return replace(made, further=further)

    return make


def _derived(check: Check, kind: str, function: Callable[..., Any], over: Sequence[Any], weight: float) -> Check:
    if kind not in derived.TITLES:
        known = ", ".join(derived.TITLES)
        raise TypeError(f"the check {check.name}: also={kind!r}: there is no check of that kind; there are: {known}")

    def cases(rng: Generator) -> Iterator[Case]:
        for student in derived.students(kind, function, over, rng):
            yield recorded_case(student, check.exercise)

    name, title = f"{check.name}_{kind}", derived.TITLES[kind].format(check.exercise)
    elsewhere = check.roams or kind == "device"
    return Check(name, title, check.exercise, float(weight), True, cases, roams=elsewhere, weighted=True)


def _records(function: Callable[..., Any]) -> bool:
    """Tell whether a check is a program, `f(rng, student[, item])`, and not a generator of cases, `f(rng)`."""
    return len(inspect.signature(function).parameters) > 1


def _record(function: Callable[..., Any], exercise: str, over: Sequence[Any], rng: Generator) -> Iterator[Case]:
    """Record the program of each item."""
    for item in over or (None,):
        student = Student()
        given = function(rng, student, *([item] if len(over) else []))
        if given is not None:
            raise TypeError("it yields or returns something: a check that is given the student calls it, and expects")
        yield recorded_case(student, exercise)


def recorded_case(student: Student, exercise: str) -> Case:
    """Make a case of what a check has called."""
    request = wire.Play(function=exercise, steps=tuple(student._steps))
    aspects: list[Aspect] = []
    known: list[Mistake] = []
    for index, report in enumerate(student._reports):
        aspect = Aspect("value", index, report.expect, report.kind, report.origin)
        aspects.append(aspect)
        known += _known([aspect], report.mistakes)
    if not aspects:
        raise TypeError("it expects nothing: everybody would pass it")
    return Case(request, tuple(student._arrays), tuple(aspects), tuple(known), _pairs(student._raises))


def note(
    exercise: str, *, over: Sequence[Any] = (), kind: str = NoteKind.FRAGILE
) -> Callable[[Callable[..., Any]], Check]:
    """Make a check that costs nothing: where it fails, its docstring's first line is a note of that `kind`."""
    if kind not in list(NoteKind):
        raise TypeError(f"note: there is no kind {kind!r} of note; there are: {', '.join(NoteKind)}")

    def make(function: Callable[..., Any]) -> Check:
        cases = partial(_record, function, exercise, over) if _records(function) else function
        return Check(function.__name__, _title(function), exercise, 0.0, True, cases, note=True, note_kind=kind)

    return make


def collect(module: ModuleType) -> tuple[Check, ...]:
    """Return the checks of a module, in the order in which they stand in it."""
    found = [value for value in vars(module).values() if isinstance(value, Check)]
    return tuple(one for check in found for one in (check, *check.further))


# ------------------------------------------------------------------------------------ kinds of call


def call(
    function: str,
    *arrays: ArrayLike,
    expect: Expectation,
    mistakes: Mistakes | None = None,
    unchanged: bool = False,
    raises: Mapping[str, str] | None = None,
) -> Case:
    """Call `function(*arrays)`; inputs are sent as float32. `unchanged`: the inputs must be as before, to the bit."""
    inputs = _inputs(arrays)
    aspects = [Aspect("value", 0, expect)]
    known = _known(aspects, mistakes)
    if unchanged:
        kept = [Aspect("after", i, CloseTo(a.astype(np.float64), 0.0, 0.0)) for i, a in enumerate(inputs)]
        text = "changed its input in place: compute a new array instead"
        known += [Mistake(text, (Aspect(k.where, k.index, Anything()),)) for k in kept]
        aspects = kept + aspects
    return Case(wire.Call(function=function), inputs, tuple(aspects), tuple(known), _pairs(raises))


def gradient(
    function: str,
    *arrays: ArrayLike,
    head: ArrayLike,
    wrt: int = 0,
    expect: Expectation,
    mistakes: Mistakes | None = None,
    value: Expectation | None = None,
) -> Case:
    """Differentiate sum(function(*arrays) * head) by argument `wrt`; `expect` is of the gradient."""
    aspects = [Aspect("value", 0, value)] if value else []
    target = Aspect("gradient", 0, expect)
    known = _known([target], mistakes)
    request = wire.Gradient(function=function, wrt=operator.index(wrt))
    return Case(request, _inputs((*arrays, head)), (*aspects, target), tuple(known))


def update(
    function: str,
    params: Sequence[ArrayLike],
    grads: Sequence[ArrayLike],
    lr: float,
    *,
    expect: Sequence[Expectation],
    rounds: int = 1,
    mistakes: Mapping[str, "Sequence[Expectation | ArrayLike] | AnyOf"] | None = None,
) -> Case:
    """Call `function(params, lr)` `rounds` times; `expect` holds one expectation for each parameter afterwards."""
    if not len(params) == len(grads) == len(expect):
        raise ValueError(f"update: {len(params)} params, {len(grads)} grads and {len(expect)} expectations")
    aspects = tuple(Aspect("after", i, e) for i, e in enumerate(expect))
    known = []
    pairs = [(t, v) for t, given in (mistakes or {}).items() for v in _alternatives(given)]
    for text, values in pairs:
        parts = tuple(Aspect("after", i, _like(aspects[i].expect, v, text)) for i, v in enumerate(values))
        if not all(_fits_right(part, aspect) for part, aspect in zip(parts, aspects, strict=True)):
            known.append(Mistake(text, parts, every=True))
    request = wire.Update(function=function, lr=float(lr), rounds=operator.index(rounds))
    return Case(request, _inputs((*params, *grads)), aspects, tuple(known))


def evaluate(
    function: str,
    images: ArrayLike,
    labels: ArrayLike,
    weights: ArrayLike,
    bias: ArrayLike,
    *,
    batch_size: int,
    expect: Expectation,
    consumed: int = 0,
    rounds: int = 1,
    mistakes: Mistakes | None = None,
    raises: Mapping[str, str] | None = None,
) -> Case:
    """Call `function(iterator, net)` `rounds` times on an iterator that has already served `consumed` batches."""
    size, served, rounds = map(operator.index, (batch_size, consumed, rounds))  # NumPy's integers too
    request = wire.Evaluate(function=function, batch_size=size, consumed=served, rounds=rounds)
    aspects = tuple(Aspect("value", i, expect) for i in range(rounds))
    known = tuple(_known(aspects, mistakes))
    return Case(request, _inputs((images, labels, weights, bias)), aspects, known, _pairs(raises))


def train(aspect: Literal["trajectory", "convergence", "test_accuracy"]) -> Train:
    """Judge one aspect of the submission's training run."""
    return Train(aspect)


# ------------------------------------------------------------------------------------ expectations


def close_to(value: ArrayLike, *, rtol: float = RTOL, atol: float | Float = ATOL, keepdims: bool = False) -> CloseTo:
    """Expect an array of this shape and these values (see `compare.CloseTo`)."""
    allowed = _plain(atol) if np.ndim(atol) == 0 else np.asarray(atol, np.float64)
    return CloseTo(np.asarray(value, np.float64), _plain(rtol), allowed, bool(keepdims))


def fraction(value: float, *, padded: float | None = None) -> Fraction:
    """Expect one number in any form; `padded` is accepted too, with a note."""
    return Fraction(float(value), None if padded is None else float(padded))


def on_device() -> OnDevice:
    """Expect the result on the device of the call; for checks that roam."""
    return OnDevice("")  # the judge fills in the device that the session runs on


def any_of(*values: "Expectation | ArrayLike | Sequence[Expectation | ArrayLike]") -> AnyOf:
    """Recognise any of several values (for `update`: lists of them), for `mistakes`: one sentence for all."""
    return AnyOf(values)


def not_finite() -> NotFinite:
    """Recognise NaN or infinity: for `mistakes`."""
    return NotFinite()


def has_shape(*shape: int) -> HasShape:
    """Recognise a shape, `has_shape()` one number: for `mistakes`."""
    return HasShape(tuple(map(operator.index, shape)))


def returns_nothing() -> OfKind:
    """Recognise None: for `mistakes`."""
    return OfKind("none")


def _known(aspects: Sequence[Aspect], mistakes: Mistakes | None) -> list[Mistake]:
    """Make each mistake recognisable in any of the aspects that can tell it from what is right."""
    known = []
    pairs = [(t, v) for t, given in (mistakes or {}).items() for v in _alternatives(given)]
    for text, value in pairs:
        parts = [(Aspect(a.where, a.index, _like(a.expect, value, text)), a) for a in aspects]
        telling = tuple(part for part, aspect in parts if not _fits_right(part, aspect))
        if telling:
            known.append(Mistake(text, telling))
    return known


def _alternatives(given: Any) -> tuple[Any, ...]:
    return given.values if isinstance(given, AnyOf) else (given,)


def _fits_right(part: Aspect, aspect: Aspect) -> bool:
    """Tell whether what is right would be taken for this mistake: with one row, the sum of a row is that of all."""
    match aspect.expect:
        case CloseTo(value=value):
            right = [Claim("ndarray", "NDArray", value)]
        case Fraction(value=number, padded=padded):
            right = [Claim("scalar", "float", np.asarray(n)) for n in (number, padded) if n is not None]
        case _:
            right = []
    wide = part.expect
    if isinstance(wide, CloseTo):
        wide = replace(wide, rtol=APART * wide.rtol, atol=APART * wide.atol)
    return any(wide(claim) is None for claim in right)


def _like(expect: Expectation, value: Expectation | ArrayLike, text: str) -> Expectation:
    """Return an expectation of the mistaken `value`, as strict as `expect` is of the right one."""
    if callable(value):
        return value
    wrong = np.asarray(value, np.float64)
    if isinstance(expect, Fraction):
        return Fraction(float(wrong), atol=expect.atol)
    if isinstance(expect, CloseTo):
        return CloseTo(wrong, expect.rtol, _fit(expect.atol, wrong.shape), expect.keepdims)
    raise TypeError(f"a mistake by value needs close_to or fraction: {text!r}")


def _fit(atol: float | Float, shape: tuple[int, ...]) -> float | Float:
    """Keep an elementwise tolerance only where the mistake has the same shape."""
    return atol if np.ndim(atol) == 0 or np.shape(atol) == shape else float(np.max(atol))


def _inputs(arrays: Sequence[ArrayLike]) -> tuple[NDArray[np.generic], ...]:
    return tuple(np.asarray(a, np.float32) for a in arrays)


def _plain(number: Any) -> Any:
    """Return Python's float for any number, NumPy's too: a file of public cases holds no other."""
    plain = number.item() if isinstance(number, np.generic | np.ndarray) else number
    return float(plain) if type(plain) is int else plain


def _pairs(raises: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    return tuple((raises or {}).items())


def _title(function: Cases) -> str:
    text = (function.__doc__ or "").strip()
    if not text:
        raise TypeError(f"the check {function.__name__} has no docstring: it is the line that the student reads")
    return text.splitlines()[0].rstrip(".")
