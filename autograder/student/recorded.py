"""Public cases as they are released beside the stub: inputs, expected arrays, tolerances and diagnoses, no code.

One MessagePack file an assignment. Expectations are written by the name of their class and read back from an
allow-list; arrays as dtype, shape and bytes. Reading it runs nothing.

What the references compute in float64 is kept to the digits that tell any two float32 apart: the digits after them
depend on the processor, whose BLAS and vector units add in orders of their own.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from autograder import compare, wire
from autograder.checks import Aspect, Case, Check, Mistake, Train
from autograder.course import FILE as COURSE_FILE
from autograder.course import Training as TrainingSettings
from autograder.errors import CourseError
from autograder.exam import Exam, Item
from autograder.training import Parameters, Plan, Reading, Snapshot

FILE = "public_cases.msgpack"
VERSION = 2
DIGITS = 9  # significant ones, see above
EXPECTATIONS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        compare.Anything,
        compare.CloseTo,
        compare.Fraction,
        compare.HasShape,
        compare.NotFinite,
        compare.OfKind,
        compare.OnDevice,
    )
}
REQUESTS = wire.Call | wire.Gradient | wire.Update | wire.Evaluate


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


def find(folder: Path) -> Recorded:
    """Find and read the recorded cases that belong to a notebook in `folder`. Raises `CourseError`."""
    candidates = [folder / FILE]
    for parent in (folder, *folder.parents):
        candidates.append(parent / "assignments" / folder.name / FILE)
        if (parent / COURSE_FILE).is_file():
            candidates += sorted((parent / "assignments").glob(f"*/{FILE}"))
    for path in candidates:
        if path.is_file():
            return read(path)
    raise CourseError(f"the assignment's public cases ({FILE}) are not beside the notebook: get its folder again")


def write(released: Exam) -> bytes:
    """Record the public cases and the training run of an exam that was drawn for release (`exam.released`)."""
    items = [
        {"check": _check(item.check), "cases": [_case(c) for c in item.cases]}
        for item in released.items
        if not item.check.hidden
    ]
    tree = {
        "version": VERSION,
        "assignment": released.name,
        "functions": released.functions,
        "needs": {name: e.needs for name, e in released.assignment.exercises.items()},
        "forbid": {name: e.costs for name, e in released.assignment.exercises.items() if e.costs},
        "items": items,
        "training": None if released.plan is None else _training(released.plan),
    }
    return msgspec.msgpack.encode(tree)


def read(path: Path) -> Recorded:
    """Read recorded cases. Raises `CourseError` where the file is missing, torn or of another version."""
    try:
        tree = msgspec.msgpack.decode(path.read_bytes())
        if tree["version"] != VERSION:
            raise CourseError(f"{path}: recorded by another version of the autograder; get the file again")
        return Recorded(
            assignment=tree["assignment"],
            functions=tuple(tree["functions"]),
            needs={name: tuple(needs) for name, needs in tree["needs"].items()},
            forbid=msgspec.convert(tree["forbid"], dict[str, dict[str, float]]),
            items=tuple(Item(_read_check(i["check"]), tuple(_read_case(c) for c in i["cases"])) for i in tree["items"]),
            training=None if tree["training"] is None else _read_training(tree["training"]),
        )
    except OSError as error:
        raise CourseError(f"{path}: cannot be read ({error.strerror}); get the assignment's folder again") from None
    except (msgspec.MsgspecError, wire.WireError, LookupError, AttributeError, TypeError, ValueError) as error:
        raise CourseError(f"{path}: damaged ({type(error).__name__}: {error}); get the file again") from None


def _check(check: Check) -> dict[str, Any]:
    return {"name": check.name, "title": check.title, "exercise": check.exercise, "points": check.points}


def _read_check(tree: dict[str, Any]) -> Check:
    return Check(**tree, hidden=False, cases=lambda _rng: iter(()))


def _case(case: Case | Train) -> dict[str, Any]:
    if isinstance(case, Train):
        return {"train": case.aspect}
    return {
        "request": msgspec.to_builtins(case.request),
        "arrays": [_array(a) for a in case.arrays],
        "aspects": [_aspect(a) for a in case.aspects],
        "mistakes": [{"text": m.text, "parts": [_aspect(p) for p in m.parts], "every": m.every} for m in case.mistakes],
        "raises": case.raises,
    }


def _read_case(tree: dict[str, Any]) -> Case | Train:
    if "train" in tree:
        return Train(tree["train"])
    return Case(
        request=msgspec.convert(tree["request"], REQUESTS),
        arrays=tuple(_read_array(a) for a in tree["arrays"]),
        aspects=tuple(_read_aspect(a) for a in tree["aspects"]),
        mistakes=tuple(
            Mistake(m["text"], tuple(_read_aspect(p) for p in m["parts"]), m["every"]) for m in tree["mistakes"]
        ),
        raises=tuple((text, diagnosis) for text, diagnosis in tree["raises"]),
    )


def _aspect(aspect: Aspect) -> dict[str, Any]:
    fields = {f.name: _rounded(getattr(aspect.expect, f.name)) for f in dataclasses.fields(aspect.expect)}
    fields = {name: _array(value) if isinstance(value, np.ndarray) else value for name, value in fields.items()}
    return {"where": aspect.where, "index": aspect.index, "expect": type(aspect.expect).__name__, "fields": fields}


def _read_aspect(tree: dict[str, Any]) -> Aspect:
    fields = {
        name: _read_array(value) if isinstance(value, dict) else tuple(value) if isinstance(value, list) else value
        for name, value in tree["fields"].items()
    }
    expect = EXPECTATIONS[tree["expect"]](**fields)
    value = getattr(expect, "value", 0.0)
    if not isinstance(value, np.ndarray if isinstance(expect, compare.CloseTo) else float | int):
        raise TypeError(f"{tree['expect']} of a {type(value).__name__}")
    return Aspect(tree["where"], tree["index"], expect)


def _rounded(value: Any) -> Any:
    """Round a float or an array of float64 to `DIGITS`; return anything else as it is.

    What float32 holds exactly stays as it is too: an input that must not change is compared without a tolerance.
    """
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return np.array([_rounded(float(v)) for v in value.flat]).reshape(value.shape)
    if not isinstance(value, float):
        return value
    with np.errstate(over="ignore"):
        exact = np.float64(value).astype(np.float32) == value
    return value if exact else float(f"{value:.{DIGITS}g}")


def _array(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    return {"dtype": array.dtype.name, "shape": array.shape, "data": np.ascontiguousarray(array).tobytes()}


def _read_array(tree: dict[str, Any]) -> np.ndarray[Any, Any]:
    spec = wire.ArraySpec(tree["dtype"], tuple(tree["shape"]))
    return wire.unpack_arrays([spec], tree["data"])[0]


def _training(plan: Plan) -> dict[str, Any]:
    return {
        "settings": msgspec.to_builtins(plan.settings),
        "start": [_array(a) for a in plan.start],
        "order": _array(plan.order),
        "first_loss": _rounded(plan.first_loss),
        "snapshots": [
            {"step": s.step, "params": [_array(p.astype(np.float32)) for p in s.params], "loss": _rounded(s.loss)}
            for s in plan.snapshots
        ],
        "test_accuracy": _rounded(plan.test_accuracy),
    }


def _read_training(tree: dict[str, Any]) -> RecordedTraining:
    return RecordedTraining(
        settings=msgspec.convert(tree["settings"], TrainingSettings),
        start=tuple(_read_array(a) for a in tree["start"]),
        order=_read_array(tree["order"]),
        first_loss=tree["first_loss"],
        snapshots=tuple(
            Snapshot(s["step"], tuple(_read_array(p).astype(np.float64) for p in s["params"]), s["loss"])  # type: ignore[arg-type]
            for s in tree["snapshots"]
        ),
        test_accuracy=tree["test_accuracy"],
    )
