"""Prove that an assignment's checks catch what they should: solution 100 %, stub 0 %, every mutant loses points.

Mutants come from `mutants`' operators on the solution's functions, and from hand-written files in
`solutions/<id>/mutants/*.py`. Each is judged for real. A survivor that does the same as the solution, by argument
and not by test, stands in `solutions/<id>/mutants/equivalent.yaml` with its reason, and is set apart.
"""

import ast
import difflib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from math import isclose
from pathlib import Path
from typing import Literal

import msgspec

from autograder.author.mutants import Mutant, mutate
from autograder.author.solution import solution_cells, stub_cells
from autograder.checks.suite import Suite
from autograder.course.notebook import Cell
from autograder.errors import CourseError
from autograder.grading.grader import Grader
from autograder.grading.run import Job, grading
from autograder.judging.judge import Judgement, judge
from autograder.result import Verdict

EQUIVALENT = "equivalent.yaml"


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant that does what the solution does: the lines that it adds, and why that is the same."""

    function: str
    adds: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Fate:
    """What became of one mutant. `by` names the checks that caught it."""

    mutant: Mutant
    fate: Literal["caught", "survived", "equivalent"]
    diff: str
    by: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Surprise:
    """A check that the solution fails, with why, or one that the stub passes."""

    of: Literal["solution", "stub"]
    check: str
    message: str = ""


@dataclass(frozen=True)
class Audit:
    """The audit of one assignment. `solution` and `stub` are shares of the points.

    Where the solution fails a check, `surprises` says which, and no mutants are made of it: all would seem caught.
    """

    assignment: str
    solution: float
    stub: float
    fates: tuple[Fate, ...]
    surprises: tuple[Surprise, ...] = ()

    def count(self, fate: str) -> int:
        """Count the mutants of one fate."""
        return sum(f.fate == fate for f in self.fates)

    @property
    def ok(self) -> bool:
        """Tell whether the checks do what they should."""
        return isclose(self.solution, 1.0) and self.stub == 0.0 and not self.surprises and not self.count("survived")


def audit(root: Path, name: str, *, jobs: int, isolation: str, each: Callable[[int, int], None]) -> Audit:
    """Audit one assignment; `each` is told how many of how many mutants are done. Raises `CourseError`."""
    folder = root / "solutions" / name
    cells, stub = solution_cells(root, name), stub_cells(root, name)
    known = _equivalents(folder / "mutants" / EQUIVALENT)
    with grading(Job(root, (name,), isolation, keep=False, jobs=jobs)) as grader:
        suite = grader.suites[name]
        judged = [_judged(grader, suite, c) for c in (cells, stub)]
        shares = [round(sum(e.score for e in f.exercises) / suite.assignment.points, 6) for f in judged]
        surprises = _surprises(*judged)
        if any(surprise.of == "solution" for surprise in surprises):
            return Audit(name, shares[0], shares[1], (), surprises)
        made = list(_mutants(cells, suite, folder / "mutants"))
        fates: dict[int, Fate] = {}
        with ThreadPoolExecutor(jobs) as executor:
            futures = {executor.submit(_fate, grader, suite, cells, m, known): i for i, m in enumerate(made)}
            for future in as_completed(futures):
                fates[futures[future]] = future.result()
                each(len(fates), len(made))
    return Audit(name, shares[0], shares[1], tuple(fates[i] for i in range(len(made))), surprises)


def _surprises(solution: Judgement, stub: Judgement) -> tuple[Surprise, ...]:
    failed = [c for e in solution.exercises for c in e.checks if c.verdict is not Verdict.PASS]
    passed = [c for e in stub.exercises for c in e.checks if c.verdict is Verdict.PASS and c.max_score > 0]
    told = [Surprise("solution", c.name, "; ".join(t for t in (c.diagnosis, c.message) if t)) for c in failed]
    return (*told, *(Surprise("stub", c.name) for c in passed))


def _mutants(cells: Sequence[Cell], suite: Suite, folder: Path) -> Iterator[Mutant]:
    for function in suite.functions:
        yield from mutate(_definition(cells, function).source, function)
    for path in sorted(folder.glob("*.py")):
        try:
            source = path.read_text(encoding="utf-8")
            names = [n.name for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
        except (OSError, ValueError, SyntaxError) as error:  # ValueError: not UTF-8, or a null byte
            raise CourseError(f"{path}: cannot be read as Python ({error}); correct it") from None
        wrong = next((n for n in names if n in suite.functions), None)
        if wrong is None:
            raise CourseError(
                f"{path}: defines none of {', '.join(suite.functions)}: a mutant is one of them, gone wrong"
            )
        yield Mutant(wrong, f"by hand: {path.stem}", 0, source)


def _definition(cells: Sequence[Cell], function: str) -> Cell:
    for cell in cells:
        if f"def {function}(" in cell.source:
            try:
                ast.parse(cell.source)
            except (SyntaxError, ValueError) as error:
                raise CourseError(
                    f"the solution: cell {cell.index}, which defines {function}, is no plain Python ({error}): "
                    "mutants are made from it, so put magics and the like into another cell"
                ) from None
            return cell
    raise CourseError(f"the solution notebook has no cell with `def {function}(`: mutants are made from it")


def _fate(grader: Grader, suite: Suite, cells: Sequence[Cell], mutant: Mutant, known: Sequence[Equivalent]) -> Fate:
    own = _definition(cells, mutant.function)
    changed = tuple(replace(c, source=mutant.source) if c is own else c for c in cells)
    diff = _diff(own.source, mutant.source)
    # Its own checks first: only what they let pass is trained with, which takes longer.
    for part in (mutant.function, *_users(suite, mutant.function)):
        caught = _lost(grader, _only(suite, part), changed)
        if caught:
            return Fate(mutant, "caught", diff, caught)
    added = tuple(line[1:].strip() for line in diff.splitlines() if line.startswith("+"))
    for entry in known:
        if entry.function == mutant.function and entry.adds == added:
            return Fate(mutant, "equivalent", diff, reason=entry.reason)
    return Fate(mutant, "survived", diff)


def _users(suite: Suite, function: str) -> list[str]:
    return [name for name, e in suite.assignment.exercises.items() if function in e.needs]


def _only(suite: Suite, exercise: str) -> Suite:
    return replace(suite, items=suite.of(exercise))


def _lost(grader: Grader, suite: Suite, cells: tuple[Cell, ...]) -> tuple[str, ...]:
    with grader.pool.lease() as server:
        found = judge(suite, cells, server, grader.device)
    return tuple(c.name for e in found.exercises for c in e.checks if c.verdict is not Verdict.PASS)


def _judged(grader: Grader, suite: Suite, cells: tuple[Cell, ...]) -> Judgement:
    with grader.pool.lease() as server:
        return judge(suite, cells, server, grader.device)


def _diff(before: str, after: str) -> str:
    """Return the changed lines of the function as Python would write both."""
    old, new = (_plain(text).splitlines() for text in (before, after))
    lines = difflib.unified_diff(old, new, lineterm="", n=0)
    return "\n".join(line for line in lines if line[:3] not in ("---", "+++") and not line.startswith("@@"))


def _plain(source: str) -> str:
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None and len(node.body) > 1:
            del node.body[0]
    return ast.unparse(tree)


def _equivalents(path: Path) -> tuple[Equivalent, ...]:
    if not path.is_file():
        return ()
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=tuple[Equivalent, ...])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}; each entry has function, adds and reason") from None
