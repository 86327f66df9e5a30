"""What checks and their cases must keep to, so that a right submission can pass: each breach is one sentence.

A mistake in a page of checks must not cost a student points, so it is looked for before anything is judged: in a page
as it is imported, in the cases as they are drawn, and in recorded cases as they are read, which anybody may have
written. See docs/check-writers.md.
"""

import ast
import keyword
import math
from collections.abc import Iterator, Sequence

import numpy as np

from autograder import program, wire
from autograder.checks.expectations import Claim, CloseTo, Fraction, HasShape, OfKind, compared, is_known
from autograder.checks.training import ASPECTS, ROLES
from autograder.checks.vocabulary import Aspect, Case, Check, Train
from autograder.course.settings import Assignment
from autograder.errors import CourseError

FORBIDDEN = "from_scratch"  # the check that says what `forbid` in course.yaml costs: no page may use its name
MAX_CASES = 10_000  # of one check
MAX_ROUNDS = 1000  # calls of one case
MAX_NUMBERS = 4 << 20  # of an input or a result: a worker reports a larger result by its type alone
CASES = "yield call(...), gradient(...), update(...), evaluate(...) or train(...)"
# What a submission may return: an expectation must have an answer to each.
PROBES = (
    Claim("none", "NoneType"),
    Claim("other", "list"),
    Claim("scalar", "float", np.asarray(0.5)),
    Claim("scalar", "bool", np.asarray(True)),
    Claim("numpy", "numpy.ndarray of dtype int64", np.arange(3)),
    Claim("ndarray", "NDArray", np.zeros((2, 3), np.float32), "cpu(0)"),
    Claim("ndarray", "NDArray", np.full((1,), np.nan, np.float32), "cpu(0)"),
    Claim("ndarray", "NDArray", np.zeros((0,), np.float32), "cpu(0)"),
)


# ------------------------------------------------------------------------------------ a page


def fault_of_page(source: bytes, found: Sequence[Check]) -> str | None:
    """Say what is wrong with the checks of a page, whose text is `source`, before any case is drawn."""
    for name, first, second in _twice(source):
        return f"line {second} defines the check {name} again, after line {first}: give each a name of its own"
    names = [check.name for check in found]
    for check in found:
        told = f"the check {check.name}"
        if names.count(check.name) > 1:
            return f"two checks are named {check.name}: give each a name of its own"
        if not isinstance(check.exercise, str):
            return f'{told} names its exercise by a {type(check.exercise).__name__}: write its name, exercise="..."'
        if not (math.isfinite(check.points) and check.points >= 0):
            return f"{told} is worth {check.points:g} points: write a number from 0 on"
        if not (isinstance(check.hidden, bool) and isinstance(check.roams, bool)):
            return f"{told}: hidden and roams are True or False"
    return None


def _twice(source: bytes) -> Iterator[tuple[str, int, int]]:
    """Find functions of one name of which one is a check: Python keeps the last, and says nothing."""
    seen: dict[str, ast.FunctionDef] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            other = seen.get(node.name)
            if other is not None and (_is_check(node) or _is_check(other)):
                yield node.name, other.lineno, node.lineno
            seen[node.name] = node


def _is_check(node: ast.FunctionDef) -> bool:
    calls = (d.func for d in node.decorator_list if isinstance(d, ast.Call))
    return any(getattr(f, "id", getattr(f, "attr", "")) in ("check", "note") for f in calls)


def exercises_that_train(where: str, drawn: Sequence[tuple[str, Sequence[Case | Train]]]) -> tuple[str, ...]:
    """Return the exercises that are no functions but a training run, of all checks' exercises and cases.

    `where` is the assignment's key in course.yaml. Raises `CourseError` where an exercise is both.
    """
    kinds = {(name, isinstance(case, Train)) for name, cases in drawn for case in cases}
    trains = tuple(dict.fromkeys(name for name, _ in drawn if (name, True) in kinds))
    for name in trains:
        if (name, False) in kinds:
            raise CourseError(
                f"{where}.exercises.{name}: some of its checks train, others call it as a function: make two exercises"
            )
    return trains


def refuse_exercises(where: str, assignment: Assignment, trains: Sequence[str]) -> None:
    """Refuse exercises that nobody could solve. `where` is their key in course.yaml. Raises `CourseError`."""
    for name, exercise in assignment.exercises.items():
        key = f"{where}.exercises.{name}"
        if name in trains:
            _refuse_training(where, key, assignment, trains, name)
        elif not name.isidentifier() or keyword.iskeyword(name):
            raise CourseError(f"{key}: no function can have this name: write one that Python takes")
        if name in trains and exercise.forbid:
            raise CourseError(f"{key}.forbid: it is no function; forbid names in the exercises that it needs")


def _refuse_training(where: str, key: str, assignment: Assignment, trains: Sequence[str], name: str) -> None:
    if assignment.training is None:
        raise CourseError(f"{where}: the checks of {name} train, but there are no `training:` settings; add them")
    needs = assignment.exercises[name].needs
    for role in ROLES:
        if role not in needs:
            raise CourseError(
                f"{key}.needs: training calls {', '.join(ROLES)}, and {role} is not among them: let it be an exercise, "
                "and name it there"
            )
    for need in needs:
        if need in trains:
            raise CourseError(f"{key}.needs: {need} trains, too, and is no function: name functions alone")


# ------------------------------------------------------------------------------------ a case


def fault_of_check(check: Check, cases: Sequence[object]) -> str | None:
    """Say why these cases of a check are none that a right submission passes; None where they are fine."""
    if not cases:
        return "yields no case: everyone would pass it"
    if len(cases) > MAX_CASES:
        return f"yields more than {MAX_CASES} cases: does its loop end?"
    for number, case in enumerate(cases, start=1):
        if not isinstance(case, Case | Train):
            return f"yields an object of type {type(case).__name__} where a case is expected: {CASES}"
        try:
            told = _fault_of_train(check, case) if isinstance(case, Train) else _fault_of_case(check.exercise, case)
        except CourseError as error:
            told = f"cannot be judged: {error}"
        except Exception as error:  # noqa: BLE001 - an author's object may do anything, and is then no case
            told = f"cannot be used ({type(error).__name__}: {error})"
        if told is not None:
            return f"is wrong: its case {number} {told}"
    return None


def _fault_of_train(check: Check, case: Train) -> str | None:
    if case.aspect not in ASPECTS:
        return f"looks at {case.aspect!r}: write train({', '.join(map(repr, ASPECTS))})"
    if check.roams:
        return "trains, and training is not run on another device: take roams=True away"
    return None


def _fault_of_case(exercise: str, case: Case) -> str | None:
    request = case.request
    if request.function != exercise:
        return f"calls {request.function!r}: a check calls the function of its own exercise, {exercise!r}"
    wire.pack(request, case.arrays)  # raises what it cannot carry
    if any(max(a.size, *a.shape, 0) > MAX_NUMBERS for a in case.arrays):
        return f"has an input of more than {MAX_NUMBERS} numbers: make it smaller"
    fault = _fault_of_request(case)
    if fault is not None:
        return fault
    if not case.aspects:
        return "expects nothing: everyone would pass it"
    for aspect in case.aspects:
        fault = _fault_of_place(case, aspect) or _fault_of_expectation(aspect)
        if fault is not None:
            return fault
    for mistake in case.mistakes:
        if not isinstance(mistake.text, str):
            return f"has a mistake named by a {type(mistake.text).__name__}: write the sentence that students read"
        for part in mistake.parts:
            fault = _fault_of_place(case, part) or _fault_of_answers(part)
            if fault is not None:
                return fault
    if not all(isinstance(text, str) and isinstance(diagnosis, str) for text, diagnosis in case.raises):
        return "has `raises` that are no texts"
    return None


def _fault_of_request(case: Case) -> str | None:
    """Say what the call itself makes impossible: whoever is asked for it would fail."""
    shapes = [a.shape for a in case.arrays]
    match case.request:
        case wire.Play(steps=steps):
            return None if (found := program.fault(steps, len(shapes))) is None else f"has {found}"
        case wire.Gradient(wrt=wrt):
            if not 0 <= wrt < len(shapes) - 1:
                return f"differentiates by argument {wrt} of {len(shapes) - 1}: count from 0"
        case wire.Update(lr=lr, rounds=rounds):
            half = len(shapes) // 2
            if not shapes or shapes[:half] != shapes[half:]:
                return "has parameters and gradients of different shapes"
            if not math.isfinite(lr) or not 1 <= rounds <= MAX_ROUNDS:
                return f"has lr={lr:g}, rounds={rounds}: write a finite lr, and rounds from 1 to {MAX_ROUNDS}"
        case wire.Evaluate(batch_size=size, consumed=consumed, rounds=rounds):
            if len(shapes) != 4 or not _fit(*shapes):
                return "has images, labels, weights and bias that do not fit together"
            count = shapes[0][0]
            if not (1 <= size <= count and 0 <= consumed <= -(-count // size) and 1 <= rounds <= MAX_ROUNDS):
                return (
                    f"has batch_size={size}, consumed={consumed}, rounds={rounds} for {count} images: write batches no "
                    f"larger than that, no more of them consumed than there are, and rounds from 1 to {MAX_ROUNDS}"
                )
    return None


def _fit(images: tuple[int, ...], labels: tuple[int, ...], weights: tuple[int, ...], bias: tuple[int, ...]) -> bool:
    if len(images) < 2 or len(weights) != 2:
        return False
    return labels == images[:1] and bias == weights[1:] and math.prod(images[1:]) == weights[0]


def _fault_of_place(case: Case, aspect: Aspect) -> str | None:
    """Say where an aspect looks at a value that does not come back."""
    count = len(case.arrays)
    values, gradients, after = 1, 0, count
    match case.request:
        case wire.Play(steps=steps):
            values, after = sum(step.op == "report" for step in steps), 0
        case wire.Gradient():
            gradients, after = 1, count - 1
        case wire.Update():
            after = count // 2
        case wire.Evaluate(rounds=rounds):
            values, after = rounds, 2
    there = {"value": values, "gradient": gradients, "after": after}
    if 0 <= aspect.index < there.get(aspect.where, 0):
        return None
    return f"looks at {aspect.where} number {aspect.index}, which does not come back"


def _fault_of_expectation(aspect: Aspect) -> str | None:
    """Say why a right answer would not pass."""
    expect = aspect.expect
    fault = _fault_of_answers(aspect)
    if fault is not None:
        return fault
    for claim in _right(expect):
        mismatch = compared(expect, claim)
        if mismatch is not None:
            told = "the right answer itself, in float32, does not pass"
            return f"expects what nobody can return: {told} ({mismatch.message}); see its tolerances, NaN and infinity"
    return None


def _fault_of_answers(aspect: Aspect) -> str | None:
    """Say why an expectation is none: it must answer any claim with None or a mismatch."""
    expect = aspect.expect
    if isinstance(expect, type) or not callable(expect):
        return f"expects a {type(expect).__name__}: write close_to(...), fraction(...) or on_device()"
    if isinstance(expect, CloseTo) and max(expect.value.size, *expect.value.shape, 0) > MAX_NUMBERS:
        return f"expects more than {MAX_NUMBERS} numbers: make the inputs smaller"
    for claim in _right(expect) if is_known(expect) else PROBES:
        compared(expect, claim)
    return None


def _right(expect: object) -> list[Claim]:
    """Return right answers to one of our own expectations, as a submission computes them: in float32."""
    with np.errstate(all="ignore"):
        match expect:
            case CloseTo(value=value):
                return [Claim("ndarray", "NDArray", value.astype(np.float32), "cpu(0)")]
            case Fraction(value=number, padded=padded):
                return [Claim("scalar", "float", np.asarray(n)) for n in (number, padded) if n is not None]
            case HasShape(shape=shape):
                return [Claim("ndarray", "NDArray", np.broadcast_to(np.float32(0), shape), "cpu(0)")]
            case OfKind(kind=kind):
                return [claim for claim in PROBES if claim.kind == kind] or [Claim("none", "NoneType")]
    return []
