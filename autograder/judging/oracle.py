"""What is right, and what known mistakes give: programs played on the solution, in a worker of its own.

The solution is played in float64, which is what is expected, and in float32, which is what rounding costs: tolerances
are measured, not guessed. Known mistakes (files `mistakes/<exercise>/<name>.py` beside the solution) are played in
float32, like a submission, and only when an exercise of somebody's has failed. Answers are kept by content, so a course
that has not changed starts no oracle at all.
"""

import ast
import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np

from autograder import __version__, wire
from autograder.asking import Answer
from autograder.checks.expectations import (
    ATOL,
    RTOL,
    Anything,
    Claim,
    CloseTo,
    Expectation,
    Float,
    Items,
    Mismatch,
    NotFinite,
    Number,
    OfKind,
    OnDevice,
    Same,
    Text,
    Truth,
    Whole,
)
from autograder.checks.suite import Item, Suite
from autograder.checks.vocabulary import APART, Aspect, Case, Mistake
from autograder.course.notebook import InvalidSubmission, Notebook, read_submission
from autograder.errors import CourseError, MachineError
from autograder.judging.assess import claim_of
from autograder.sandbox.session import Session

FOLDER = "mistakes"
SECONDS = 30.0  # for one program
FLOAT32 = 1e-6  # of a number's size: some eight roundings
ROOM = 8.0  # times what float32 costs the solution, at least, is right


@dataclass(frozen=True)
class Known:
    """A known mistake: the sentence that a student reads, and a cell that makes it."""

    exercise: str
    text: str
    source: str
    path: Path


def known_mistakes(folder: Path) -> tuple[Known, ...]:
    """Read the mistakes beside a solution, in the order of their names: where two fit, the first is told.

    A file whose first statement is `each = {"name": [values …]}` stands for one mistake made in several ways: it is
    tried once for each value, with that name set before the rest. Raises `CourseError`.
    """
    found: list[Known] = []
    for path in sorted((folder / FOLDER).glob("*/*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError) as error:
            raise CourseError(f"{path}: cannot be read ({error}): correct it") from None
        text = " ".join((ast.get_docstring(tree) or "").split()).rstrip(".")
        if not text:
            raise CourseError(f"{path}: has no docstring: write there what a student who made this mistake should read")
        found += [Known(path.parent.name, text, source, path) for source in _variants(tree, path)]
    return tuple(found)


def _variants(tree: ast.Module, path: Path) -> list[str]:
    """Return the sources that a file stands for."""
    body = tree.body[1:]
    match body[0] if body else None:
        case ast.Assign(targets=[ast.Name(id="each")], value=values):
            try:
                ((names, choices),) = ast.literal_eval(values).items()
                rest = ast.unparse(ast.Module(body[1:], []))
                return [f"{names} = {choice!r}\n{rest}" for choice in choices]
            except (ValueError, TypeError, AttributeError):
                raise CourseError(
                    f'{path}: write each = {{"name": [values]}}, one name (or "one, other") and plain values'
                ) from None
    return [ast.unparse(ast.Module(body, []))]


@dataclass
class Oracle:
    """The solution of one assignment, asked by all who grade it. `memo` holds every answer so far, by content."""

    open_session: Callable[[], Session]  # one that holds the solution; called when the first answer is not known
    page: Path  # the page of checks, for messages
    salt: bytes = b""  # digest of all that an answer depends on beside the request: solution, versions
    memo: dict[bytes, bytes] = field(default_factory=dict)
    asked: bool = False  # whether an answer had to be computed
    narrow: list[str] = field(default_factory=list)  # checks that could not be played in float64, for `audit`
    _session: Session | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _diagnosed: dict[str, Item] = field(default_factory=dict)

    def solve(self, suite: Suite) -> Suite:
        """Put what the solution gives in the place of `Same`. Raises `CourseError` where it gives nothing."""
        return replace(suite, items=tuple(self._solved(item) for item in suite.items))

    def diagnose(self, item: Item, mistakes: Sequence[Known]) -> Item:
        """Add to each case what the known mistakes of its exercise give there."""
        with self._lock:
            if item.check.name not in self._diagnosed:
                self._diagnosed[item.check.name] = self._diagnosed_now(item, mistakes)
            return self._diagnosed[item.check.name]

    def _diagnosed_now(self, item: Item, mistakes: Sequence[Known]) -> Item:
        mine = [known for known in mistakes if known.exercise == item.check.exercise]
        if not mine:
            return item
        cases = [self._with_mistakes(case, mine) if is_program(case) else case for case in item.cases]  # type: ignore[arg-type]
        return replace(item, cases=tuple(cases))

    def answer(self, request: wire.Play, arrays: Sequence[wire.Array]) -> Answer:
        """Play a program on the solution. Raises `CourseError` where it takes too long or dies."""
        key = hashlib.sha256(self.salt + b"".join(bytes(p) for p in wire.pack(request, arrays))).digest()
        with self._lock:
            kept = self.memo.get(key)
            if kept is None:
                kept = self.memo[key] = self._ask(request, arrays)
                self.asked = True
        reply, out = wire.read(kept, wire.Returned)
        return Answer(reply, out)

    def _ask(self, request: wire.Play, arrays: Sequence[wire.Array]) -> bytes:
        if self._session is None:
            self._session = self.open_session()
        outcome = self._session.ask(request, arrays, SECONDS)
        if not isinstance(outcome, Answer):
            raise CourseError(f"{self.page}: the solution gave no answer in {request.function}: {outcome.message}")
        if not isinstance(outcome.reply, wire.Returned):
            raise MachineError("the solution's worker answered something else than was asked")
        return b"".join(bytes(piece) for piece in wire.pack(outcome.reply, outcome.arrays))

    def _solved(self, item: Item) -> Item:
        cases = [self._expected(case, item) if is_program(case) else case for case in item.cases]  # type: ignore[arg-type]
        return replace(item, cases=tuple(cases))

    def _expected(self, case: Case, item: Item) -> Case:
        assert isinstance(case.request, wire.Play)
        narrow = self.answer(case.request, case.arrays)
        wide = self.answer(msgspec.structs.replace(case.request, wide=True), case.arrays)
        stopped = narrow.reply.stopped  # type: ignore[union-attr]
        if stopped is not None:
            raise CourseError(
                f"{self.page}: the solution raises in the check {item.check.name} ({stopped.error}: {stopped.text}): "
                "correct the check, or the solution"
            )
        if wide.reply.stopped is not None:  # type: ignore[union-attr]
            self.narrow.append(item.check.name)
            wide = narrow
        aspects = []
        for aspect in case.aspects:
            right, rounded = claim_of(aspect, wide), claim_of(aspect, narrow)
            assert right is not None
            assert rounded is not None
            try:
                expect = expected(aspect.expect, right, rounded) if isinstance(aspect.expect, Same) else aspect.expect
            except ValueError as error:
                raise CourseError(f"{self.page}: the check {item.check.name}: {error}") from None
            _refuse_unmet(expect, rounded, self.page, item)
            aspects.append(replace(aspect, expect=expect))
        known = tuple(m for m in case.mistakes if not all(_accepts(part, narrow) for part in m.parts))
        return replace(case, aspects=tuple(aspects), mistakes=known)

    def _with_mistakes(self, case: Case, mistakes: Sequence[Known]) -> Case:
        assert isinstance(case.request, wire.Play)
        found = list(case.mistakes)
        for known in mistakes:
            given = self.answer(msgspec.structs.replace(case.request, cell=known.source), case.arrays)
            made = mistaken(case.aspects, given, known.text)
            if made is not None:
                found.append(made)
        return replace(case, mistakes=tuple(found))


def _accepts(part: Aspect, answer: Answer) -> bool:
    """Tell whether what is right would be taken for a mistake: with one row, the sum of a row is that of all."""
    claim = claim_of(part, answer)
    return claim is not None and part.expect(claim) is None


def is_program(case: object) -> bool:
    """Tell whether a case is a program, and not one of the older kinds of call."""
    return isinstance(case, Case) and isinstance(case.request, wire.Play)


def _refuse_unmet(expect: Expectation, claim: Claim, page: Path, item: Item) -> None:
    """Refuse a check that the solution itself does not pass."""
    mismatch: Mismatch | None = None if isinstance(expect, OnDevice) else expect(claim)
    if mismatch is not None:
        raise CourseError(
            f"{page}: the solution fails the check {item.check.name} ({mismatch.message}): "
            "correct what it expects, or the solution"
        )


def expected(same: Same, right: Claim, rounded: Claim) -> Expectation:
    """Return what is expected where the solution gave `right` in float64 and `rounded` in float32."""
    array = right.array
    if right.kind in ("list", "tuple", "dict"):
        pairs = zip(right.items, rounded.items, strict=True)
        items = tuple(expected(same, one, other) for one, other in pairs)
        return Items(items, right.keys if right.kind == "dict" else None)
    if right.kind == "text":
        return Text(right.text or "")
    if right.kind == "none":
        return OfKind("none")
    if array is None:
        return Anything()  # an object of the solution's own: what can be said of it is asked for by its attributes
    if array.dtype.kind != "f":
        if right.kind == "scalar":
            return Truth(bool(array)) if array.dtype.kind == "b" else Number(float(array), 0, 0, whole=True)
        return Whole(array)
    value = array.astype(np.float64)
    if not np.isfinite(value).all():
        raise ValueError("the solution gives NaN or infinity, to which nothing is equal")
    atol = _allowed(same, value, rounded)
    if right.kind == "scalar":
        return Number(float(value), same.rtol, float(np.max(atol)))
    return CloseTo(value, same.rtol, atol, same.keepdims)


def _allowed(same: Same, value: Float, rounded: Claim) -> float | Float:
    """Return the absolute tolerance: as the check says, or what float32 costs the solution, with room."""
    if same.atol is not None:
        return same.atol
    if rounded.array is None or rounded.array.shape != value.shape:
        return ATOL
    own = float(np.max(np.abs(rounded.array.astype(np.float64) - value), initial=0.0))
    if not np.isfinite(own):
        raise ValueError("the solution gives NaN or infinity in float32")
    return max(ATOL, ROOM * own)


def mistaken(aspects: Sequence[Aspect], given: Answer, text: str) -> Mistake | None:
    """Return how to recognise a mistake that gave `given`; None where that is right, or too near to it to be told."""
    parts: list[Aspect] = []
    telling = False
    stopped = given.reply.stopped if isinstance(given.reply, wire.Returned) else None
    for aspect in aspects:
        claim = claim_of(aspect, given)
        if claim is None:
            break
        if isinstance(aspect.expect, OnDevice):
            continue  # where a mistake was made says nothing of the mistake
        like = alike(aspect.expect, claim)
        if like is None:
            return None
        telling = telling or _is_apart(aspect.expect, claim)
        parts.append(replace(aspect, expect=like))
    if not telling and stopped is None:
        return None
    raised = None if stopped is None else (stopped.error, stopped.text)
    return Mistake(text, tuple(parts), every=True, raised=raised)


def _is_apart(expect: Expectation, claim: Claim) -> bool:
    """Tell whether a value lies so far from what is right that it is told with certainty."""
    match expect:
        case CloseTo():
            return replace(expect, rtol=APART * expect.rtol, atol=APART * expect.atol)(claim) is not None
        case Number():
            return replace(expect, rtol=APART * expect.rtol, atol=APART * expect.atol)(claim) is not None
        case Items(items=items) if len(items) == len(claim.items):
            pairs = zip(items, claim.items, strict=True)
            return expect(claim) is not None and any(_is_apart(one, other) for one, other in pairs)
    return expect(claim) is not None


def alike(expect: Expectation, claim: Claim) -> Expectation | None:
    """Return an expectation of `claim`, as strict as `expect` is of what is right; None where it says nothing."""
    if claim.array is None:
        if claim.kind in ("list", "tuple", "dict"):
            wanted = expect.items if isinstance(expect, Items) else ()
            fits = wanted if len(wanted) == len(claim.items) else (CloseTo(np.zeros(0)),) * len(claim.items)
            items = tuple(alike(one, other) or Anything() for one, other in zip(fits, claim.items, strict=True))
            return Items(items, claim.keys if claim.kind == "dict" else None)
        return Text(claim.text or "") if claim.kind == "text" else OfKind(claim.kind)
    value = claim.array.astype(np.float64)
    if not np.isfinite(value).all():
        return NotFinite()
    rtol, atol = (expect.rtol, expect.atol) if isinstance(expect, CloseTo | Number) else (RTOL, ATOL)
    if claim.array.dtype.kind != "f":
        if claim.kind == "scalar":
            truth = claim.array.dtype.kind == "b"
            return Truth(bool(claim.array)) if truth else Number(float(value), 0, 0, whole=True)
        return Whole(claim.array)
    if claim.kind == "scalar":  # a percentage in float32 is off by more than the fraction that is asked for may be
        return Number(float(value), max(rtol, FLOAT32), float(np.max(atol)))
    if np.ndim(atol) and np.shape(atol) != value.shape:
        atol = float(np.max(atol))
    return CloseTo(value, rtol, atol)


def answered(
    suite: Suite, folder: Path, open_session: Callable[[Notebook], Session], memo: dict[bytes, bytes] | None = None
) -> tuple[Suite, Oracle]:
    """Ask the solution in `folder` for all that a suite expects; return the suite, and the oracle that knows mistakes.

    `open_session` makes a session that holds the solution, if an answer is not in `memo`; closing it is its maker's.
    Raises `CourseError` and `MachineError`.
    """
    notebook, page = folder / f"{suite.name}.ipynb", folder / "checks.py"
    try:
        solution = read_submission(notebook)
    except InvalidSubmission as error:
        raise CourseError(f"{notebook}: {error}") from None
    salt = hashlib.sha256(f"{__version__}\n{solution.sha256}\n{suite.functions}".encode()).digest()
    oracle = Oracle(lambda: open_session(solution), page, salt, {} if memo is None else memo)
    mistakes = known_mistakes(folder)
    _refuse_unknown(mistakes, suite)
    return replace(oracle.solve(suite), diagnose=lambda item: oracle.diagnose(item, mistakes)), oracle


def _refuse_unknown(mistakes: Sequence[Known], suite: Suite) -> None:
    for known in mistakes:
        if known.exercise not in suite.functions:
            names = ", ".join(suite.functions)
            raise CourseError(f"{known.path}: there is no exercise {known.exercise!r} to mistake; there are: {names}")
