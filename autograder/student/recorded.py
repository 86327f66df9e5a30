"""Public cases as they are released beside the stub: inputs, expected arrays, tolerances and diagnoses.

One MessagePack file an assignment. Expectations are written by the name of their class and read back from an
allow-list; arrays as dtype, shape and bytes. Reading it (`casefile`) runs nothing; `check()` runs the helpers in it.

What the references compute in float64 is kept to the digits that tell any two float32 apart: the digits after them
depend on the processor, whose BLAS and vector units add in orders of their own.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from autograder.checks.expectations import Items
from autograder.checks.suite import Suite
from autograder.checks.training import Plan
from autograder.checks.vocabulary import Aspect, Case, Check, Mistake, Train
from autograder.course.settings import Assignment, Course, Exercise, Limits
from autograder.errors import CourseError
from autograder.student import casefile
from autograder.student.casefile import EXPECTATIONS, FILE, MAX_BYTES, VERSION, Recorded, RecordedTraining, read
from autograder.student.choosing import find

DIGITS = 9  # significant ones, see above

__all__ = ["FILE", "VERSION", "Recorded", "RecordedTraining", "as_suite", "find", "read", "write"]


def write(released: Suite) -> bytes:
    """Record the public cases and the training run of an exam that was drawn for release (`suite.released`).

    Raises `CourseError` for what students could not read back.
    """
    page = f"solutions/{released.name}/checks.py"
    try:
        data = _encoded(released)
        casefile.parse(data)
    except (CourseError, TypeError, OverflowError) as error:
        raise CourseError(f"{page}: the public cases cannot be recorded ({error})") from error
    if len(data) > MAX_BYTES:
        raise CourseError(f"{page}: the public cases are larger than {MAX_BYTES >> 20} MiB: make their inputs smaller")
    return data


def as_suite(
    cases: Recorded, plan: Plan | None, *, untried: Mapping[str, str] | None = None, limits: Limits | None = None
) -> Suite:
    """Make a suite of recorded cases. Without a plan training is judged only as far as `untried` says why it can't be.

    untried: exercises that cannot be checked here, and why.
    """
    left_out = () if plan is not None or untried else cases.trains
    items = tuple(item for item in cases.items if item.check.exercise not in left_out)
    exercises = {}
    for name in cases.exercises:
        points = sum(i.check.points for i in items if i.check.exercise == name)
        if points or name in cases.functions:  # others may need a function that has no public checks
            needs = tuple(need for need in cases.needs[name] if need in cases.functions)
            exercises[name] = Exercise(points=points, needs=needs, forbid=cases.forbid.get(name, ()))
    total = sum(e.points for e in exercises.values())
    assignment = Assignment(title=cases.assignment, points=total, exercises=exercises)
    known = {cases.assignment: assignment}
    course = Course(course="self-check", device="cpu", seed=0, data="", assignments=known, limits=limits or Limits())
    return Suite(cases.assignment, course, assignment, items, plan, cases.trains, untried or {})


def _encoded(released: Suite) -> bytes:
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


def _check(check: Check) -> dict[str, Any]:
    return {"name": check.name, "title": check.title, "exercise": check.exercise, "points": check.points}


def _case(case: Case | Train) -> dict[str, Any]:
    if isinstance(case, Train):
        return {"train": case.aspect}
    return {
        "request": msgspec.to_builtins(case.request),
        "arrays": [_array(a) for a in case.arrays],
        "aspects": [_aspect(a) for a in case.aspects],
        "mistakes": [_mistake(m) for m in case.mistakes],
        "raises": case.raises,
    }


def _mistake(mistake: Mistake) -> dict[str, Any]:
    parts = [_aspect(part) for part in mistake.parts]
    return {"text": mistake.text, "parts": parts, "every": mistake.every, "raised": mistake.raised}


def _aspect(aspect: Aspect) -> dict[str, Any]:
    place = {"where": aspect.where, "index": aspect.index, "of": aspect.of, "origin": aspect.origin}
    return place | _expectation(aspect.expect)


def _expectation(expect: Any) -> dict[str, Any]:
    kind = type(expect)
    if kind not in [used for _, used in EXPECTATIONS.values()]:
        raise TypeError(
            f"a public check expects a {kind.__name__}, an expectation of the course's own, whose code is not "
            "released: make that check hidden, or use close_to or fraction"
        )
    if isinstance(expect, Items):
        fields: dict[str, Any] = {"items": [_expectation(item) for item in expect.items], "keys": expect.keys}
    else:
        fields = {f.name: _plain(_rounded(getattr(expect, f.name))) for f in dataclasses.fields(expect)}
    return {"expect": kind.__name__, "fields": fields}


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _array(value)
    return value.item() if isinstance(value, np.generic) else value


def _rounded(value: Any) -> Any:
    """Round a float or an array of float64 to `DIGITS`; return anything else as it is.

    What float32 holds exactly stays as it is too: an input that must not change is compared without a tolerance.
    """
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return np.array([_rounded(float(v)) for v in value.flat]).reshape(value.shape)
    if not isinstance(value, float):
        return value
    with np.errstate(over="ignore"):
        exact = float(np.float64(value).astype(np.float32)) == value  # NumPy 2 would compare in float32
    return value if exact else float(f"{value:.{DIGITS}g}")


def _array(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    return {"dtype": array.dtype.name, "shape": array.shape, "data": np.ascontiguousarray(array).tobytes()}


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
