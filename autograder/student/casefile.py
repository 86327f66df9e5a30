"""The file of public cases that lies beside a student's notebook, read without trusting it: it may come from anywhere.

It must be a plain file of a bounded size, hold what `recorded` writes and nothing else, and every case in it must be
one that a right submission passes (`rules`). Texts are made safe to show. Whatever is wrong is one sentence.
"""

import dataclasses
import errno
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from autograder import wire
from autograder.checks import expectations as compare
from autograder.checks import rules
from autograder.checks.suite import Item
from autograder.checks.training import Parameters, Plan, Reading, Snapshot
from autograder.checks.vocabulary import Aspect, Case, Check, Mistake, Train
from autograder.course.settings import Training as TrainingSettings
from autograder.errors import CourseError
from autograder.result import NoteKind, clean

FILE = "public_cases.msgpack"
VERSION = 3
MAX_BYTES = 64 << 20
MAX_EXERCISES = 1000
MAX_COMPARED = 100_000  # values to compare, of all cases together
MAX_EXAMPLES = 4 << 20  # that a training run sees, each as often as it does
AGAIN = "get the file again"


@dataclasses.dataclass(frozen=True)
class RecordedTraining:
    """The public training run: where it starts, the order of the images, and the path that is right."""

    settings: TrainingSettings
    start: tuple[np.ndarray[Any, Any], ...]
    order: np.ndarray[Any, Any]
    first_loss: float
    snapshots: tuple[Snapshot, ...]
    test_accuracy: float

    def as_plan(
        self,
        *,
        measure: Callable[[Parameters], float] | None,
        examine: Callable[[Parameters], float],
        read: Callable[[Parameters], Reading] | None = None,
    ) -> Plan:
        """Complete it with ways to compute a loss and an accuracy: the references for these are not released."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return Plan(**fields, measure=measure, examine=examine, read=read)


@dataclasses.dataclass(frozen=True)
class Recorded:
    """What a student's self-check needs of one assignment."""

    assignment: str
    functions: tuple[str, ...]
    needs: dict[str, tuple[str, ...]]
    items: tuple[Item, ...]
    training: RecordedTraining | None
    forbid: dict[str, dict[str, float]] = dataclasses.field(default_factory=dict)  # exercise -> name -> cost in points

    def of(self, exercise: str) -> tuple[Item, ...]:
        """Return the public items of one exercise."""
        return tuple(item for item in self.items if item.check.exercise == exercise)

    @property
    def exercises(self) -> tuple[str, ...]:
        """Every exercise, in order."""
        return tuple(self.needs)

    @property
    def trains(self) -> tuple[str, ...]:
        """The exercises that are no functions but a training run."""
        return tuple(name for name in self.needs if name not in self.functions)


# ------------------------------------------------------------------------------------ the form of the file

Number = Annotated[float, msgspec.Meta(ge=-1e12, le=1e12)]
Points = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
Costs = Annotated[dict[str, Points], msgspec.Meta(max_length=1000)]
MAX_DEPTH = 8  # of lists in lists that are expected
Where = Literal["value", "gradient", "after"]
Shape = Annotated[tuple[int, ...], msgspec.Meta(max_length=wire.MAX_DIMENSIONS)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what stands in the file."""


class _Array(_Part, frozen=True):
    dtype: str
    shape: Shape
    data: bytes


class _CloseTo(_Part, frozen=True):
    value: _Array
    rtol: Number
    atol: Number | _Array
    keepdims: bool


class _Fraction(_Part, frozen=True):
    value: Number
    padded: Number | None
    atol: Number


class _OnDevice(_Part, frozen=True):
    device: str


class _HasShape(_Part, frozen=True):
    shape: Shape


class _OfKind(_Part, frozen=True):
    kind: str


class _Whole(_Part, frozen=True):
    value: _Array


class _Also(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    value: float
    text: str
    kind: NoteKind = NoteKind.VARIANT


class _Number(_Part, frozen=True):
    value: Number
    rtol: Number
    atol: Number
    whole: bool
    arrays: bool
    also: Annotated[list["_Also"], msgspec.Meta(max_length=20)]


class _Truth(_Part, frozen=True):
    value: bool


class _Text(_Part, frozen=True):
    value: str


class _Items(_Part, frozen=True):
    items: Annotated[list["_Expect"], msgspec.Meta(max_length=1000)]
    keys: Annotated[list[str], msgspec.Meta(max_length=1000)] | None


class _OneOf(_Part, frozen=True):
    one: _Array
    other: _Array
    share: Number
    rtol: Number
    atol: Number


class _Moments(_Part, frozen=True):
    shape: Shape
    mean: Number
    deviation: Number
    kurtosis: Number


class _Expect(_Part, frozen=True):
    """One expectation, by the name of its class."""

    expect: str
    fields: msgspec.Raw


EXPECTATIONS: dict[str, tuple[type[_Part], Any]] = {  # as written, as used
    "Anything": (_Part, compare.Anything),
    "CloseTo": (_CloseTo, compare.CloseTo),
    "Fraction": (_Fraction, compare.Fraction),
    "HasShape": (_HasShape, compare.HasShape),
    "NotFinite": (_Part, compare.NotFinite),
    "OfKind": (_OfKind, compare.OfKind),
    "OnDevice": (_OnDevice, compare.OnDevice),
    "Whole": (_Whole, compare.Whole),
    "Number": (_Number, compare.Number),
    "Truth": (_Truth, compare.Truth),
    "Text": (_Text, compare.Text),
    "Items": (_Items, compare.Items),
    "OneOf": (_OneOf, compare.OneOf),
    "Moments": (_Moments, compare.Moments),
}


class _Aspect(_Part, frozen=True):
    where: Where
    index: int
    expect: str
    fields: msgspec.Raw
    of: Where = "value"
    origin: Annotated[int, msgspec.Meta(ge=0)] | None = None


class _Mistake(_Part, frozen=True):
    text: str
    parts: Annotated[list[_Aspect], msgspec.Meta(max_length=1000)]
    every: bool
    raised: tuple[str, str] | None = None


class _Case(_Part, frozen=True):
    """A call, or with `train` a look at the training run."""

    train: str | None = None
    request: wire.Play | wire.Call | wire.Gradient | wire.Update | wire.Evaluate | None = None
    arrays: Annotated[list[_Array], msgspec.Meta(max_length=1000)] = []
    aspects: Annotated[list[_Aspect], msgspec.Meta(max_length=1000)] = []
    mistakes: Annotated[list[_Mistake], msgspec.Meta(max_length=1000)] = []
    raises: Annotated[list[tuple[str, str]], msgspec.Meta(max_length=1000)] = []


class _Check(_Part, frozen=True):
    name: str
    title: str
    exercise: str
    points: Points


class _Item(_Part, frozen=True):
    check: _Check
    cases: Annotated[list[_Case], msgspec.Meta(max_length=rules.MAX_CASES)]


class _Snapshot(_Part, frozen=True):
    step: int
    params: tuple[_Array, _Array]
    loss: Points


class _Training(_Part, frozen=True):
    settings: TrainingSettings
    start: tuple[_Array, _Array]
    order: _Array
    first_loss: Points
    snapshots: Annotated[list[_Snapshot], msgspec.Meta(min_length=1, max_length=1000)]
    test_accuracy: Annotated[float, msgspec.Meta(ge=0, le=1)]


class _File(_Part, frozen=True):
    version: int
    assignment: str
    functions: Annotated[list[str], msgspec.Meta(max_length=MAX_EXERCISES)]
    needs: Annotated[
        dict[str, Annotated[list[str], msgspec.Meta(max_length=MAX_EXERCISES)]], msgspec.Meta(max_length=MAX_EXERCISES)
    ]
    forbid: Annotated[dict[str, Costs], msgspec.Meta(max_length=MAX_EXERCISES)]
    items: Annotated[list[_Item], msgspec.Meta(max_length=rules.MAX_CASES)]
    training: _Training | None


class _Edition(msgspec.Struct, frozen=True):
    version: int


# ------------------------------------------------------------------------------------ reading


def read(path: Path) -> Recorded:
    """Read recorded cases. Raises `CourseError` where the file is missing, torn or of another version."""
    try:
        return parse(plain_bytes(path, MAX_BYTES), str(path))
    except OSError as error:
        raise CourseError(f"{path}: cannot be read ({error.strerror}); get the assignment's folder again") from None


def plain_bytes(path: Path, most: int) -> bytes:
    """Return what a plain file of at most `most` bytes holds; no link is followed. Raises OSError."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "it is a link, which is not followed", str(path)) from None
        raise
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file", str(path))
        raw = file.read(most + 1)
    if len(raw) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most >> 20} MiB", str(path))
    return raw


def parse(raw: bytes, where: str = FILE) -> Recorded:
    """Read the bytes of such a file; `where` is what to call it. Raises `CourseError`."""
    try:
        if msgspec.msgpack.decode(raw, type=_Edition).version != VERSION:
            raise CourseError(f"{where}: recorded by another version of the autograder; {AGAIN}")
        return _recorded(msgspec.msgpack.decode(raw, type=_File))
    except (msgspec.MsgspecError, wire.WireError, ValueError, TypeError, RecursionError, MemoryError) as error:
        told = clean(f"{type(error).__name__}: {error}", 200)
        raise CourseError(f"{where}: damaged ({told}); {AGAIN}") from None


def _recorded(tree: _File) -> Recorded:
    cases = [case for item in tree.items for case in item.cases]
    compared = sum(len(case.aspects) + sum(len(m.parts) for m in case.mistakes) for case in cases)
    if len(cases) > rules.MAX_CASES or compared > MAX_COMPARED:
        raise ValueError("it holds more cases than anybody would wait for")
    needs = {_name(n): tuple(map(_name, some)) for n, some in tree.needs.items()}
    functions = tuple(map(_name, tree.functions))
    found = Recorded(
        assignment=_name(tree.assignment),
        functions=functions,
        needs=needs,
        items=tuple(map(_item, tree.items)),
        training=None if tree.training is None else _training(tree.training),
        forbid={_name(n): {_name(rule): cost for rule, cost in some.items()} for n, some in tree.forbid.items()},
    )
    named = {
        *functions,
        *found.forbid,
        *(i.check.exercise for i in found.items),
        *(n for s in needs.values() for n in s),
    }
    if not named.issubset(needs):
        raise ValueError("it names exercises that it does not list")
    if len({item.check.name for item in found.items}) != len(found.items):
        raise ValueError("two checks have one name")
    for item in found.items:
        trains = item.check.exercise not in functions
        if any(isinstance(case, Train) != trains for case in item.cases):
            raise ValueError(f"the check {item.check.name} is of another kind than its exercise")
        fault = rules.fault_of_check(item.check, item.cases)
        if fault is not None:
            raise ValueError(f"the check {item.check.name} {fault}")
    return found


def _name(text: str) -> str:
    """Refuse a name that is more than what can be seen of it."""
    if not text or clean(text, 200) != text:
        raise ValueError("a name is empty, too long, or has characters in it that cannot be seen")
    return text


def _item(tree: _Item) -> Item:
    check = Check(
        name=_name(tree.check.name),
        title=clean(tree.check.title),
        exercise=_name(tree.check.exercise),
        points=tree.check.points,
        hidden=False,
        cases=lambda _rng: iter(()),
    )
    return Item(check, tuple(map(_case, tree.cases)))


def _case(tree: _Case) -> Case | Train:
    if tree.train is not None:
        return Train(tree.train)  # type: ignore[arg-type] # `rules` sees to it
    if tree.request is None:
        raise ValueError("a case neither calls nor trains")
    return Case(
        request=tree.request,
        arrays=tuple(map(_array, tree.arrays)),
        aspects=tuple(map(_aspect, tree.aspects)),
        mistakes=tuple(Mistake(clean(m.text), tuple(map(_aspect, m.parts)), m.every, m.raised) for m in tree.mistakes),
        raises=tuple((clean(text), clean(diagnosis)) for text, diagnosis in tree.raises),
    )


def _aspect(tree: _Aspect) -> Aspect:
    return Aspect(tree.where, tree.index, _expectation(tree), tree.of, tree.origin)


def _expectation(tree: _Aspect | _Expect, depth: int = 0) -> Any:
    if tree.expect not in EXPECTATIONS or depth > MAX_DEPTH:
        raise ValueError("an expectation is none that there is")
    written, used = EXPECTATIONS[tree.expect]
    part = msgspec.msgpack.decode(tree.fields, type=written)
    if isinstance(part, _Items):
        items = tuple(_expectation(item, depth + 1) for item in part.items)
        return compare.Items(items, None if part.keys is None else tuple(map(clean, part.keys)))
    if isinstance(part, _Number):
        also = tuple((other.value, clean(other.text), other.kind) for other in part.also)
        return compare.Number(part.value, part.rtol, part.atol, part.whole, part.arrays, also)
    fields = {
        name: _array(value) if isinstance(value := getattr(part, name), _Array) else value
        for name in written.__struct_fields__
    }
    return used(**fields)


def _array(tree: _Array) -> np.ndarray[Any, Any]:
    return wire.unpack_arrays([wire.ArraySpec(tree.dtype, tree.shape)], tree.data)[0]


def _training(tree: _Training) -> RecordedTraining:
    start, order = tuple(map(_array, tree.start)), _array(tree.order)
    weights, bias = start
    if weights.ndim != 2 or bias.shape != weights.shape[1:] or not weights.size:
        raise ValueError("training starts from parameters that do not fit together")
    if order.ndim != 2 or order.dtype != np.int32 or not 0 < order.size <= MAX_EXAMPLES or order.min() < 0:
        raise ValueError("the order of the training images is none")
    snapshots = tuple(Snapshot(s.step, _parameters(map(_array, s.params)), s.loss) for s in tree.snapshots)
    steps = [s.step for s in snapshots]
    if steps != sorted(set(steps)) or not 0 < steps[0] <= steps[-1] <= len(order):
        raise ValueError("the steps of training are not in order")
    for params in (_parameters(start), *(s.params for s in snapshots)):
        if [p.shape for p in params] != [p.shape for p in start] or not all(np.isfinite(p).all() for p in params):
            raise ValueError("training leads to parameters that do not fit together")
    return RecordedTraining(tree.settings, start, order, tree.first_loss, snapshots, tree.test_accuracy)


def _parameters(arrays: Iterable[np.ndarray[Any, Any]]) -> Parameters:
    weights, bias = (array.astype(np.float64) for array in arrays)
    return weights, bias
