"""A corpus of answers with the judgement that each deserves: read from files, composed to whole submissions.

    <corpus>/<assignment>/base.py                      a submission whose every function is right, in percent cells
    <corpus>/<assignment>/<function>/right/<name>.py   one student's cells for that function: full marks
    <corpus>/<assignment>/<function>/wrong/<name>.py   the same: must lose points, and be told why

An entry opens with comment lines: what the student was thinking and, in a wrong one, what is expected.

    # expect: at most 2 of 4                           or `exactly 3.75 of 4`; of the points of this exercise
    # expect: rows_are_distributions raised            a check and its verdict, where it matters
    # kind: fundamental                                wrong in ordinary use: must lose half; else `partial`
    # diagnosis: along each row                        text of a diagnosis that must be given, or `none`
    # also: cut off                                    text of another one that is true too
    # varies: follows_the_gradient                     a check that such a small error fails or not, as numbers fall

Nothing here runs an entry.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.course.notebook import Cell, InvalidSubmission, parse_script
from autograder.errors import CourseError
from autograder.result import Verdict

BASE = "base.py"
_FIELD = re.compile(r"#\s*(expect|kind|diagnosis|also|varies):\s*(.*?)\s*$")
_POINTS = re.compile(r"(at most|exactly) ([\d.]+) of ([\d.]+)")
_VERDICT = re.compile(r"(\w+) (\w+)")


@dataclass(frozen=True)
class Entry:
    """One answer. `diagnosis` is None where none is owed: in a right answer, or honestly undiagnosable."""

    path: Path
    function: str
    right: bool
    cells: tuple[Cell, ...]
    bound: Literal["at most", "exactly"] = "exactly"
    points: float | None = None
    fundamental: bool = False
    verdicts: tuple[tuple[str, Verdict], ...] = ()
    diagnosis: str | None = None
    also: tuple[str, ...] = ()
    varies: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Function, right or wrong, and file name: what a reader looks for."""
        return f"{self.function}/{'right' if self.right else 'wrong'}/{self.path.stem}"


@dataclass(frozen=True)
class Corpus:
    """The answers for one assignment, and the submission that they are put into."""

    assignment: str
    base: tuple[Cell, ...]
    entries: tuple[Entry, ...]

    def compose(self, entry: Entry) -> tuple[Cell, ...]:
        """Return a whole submission: the base, with the cell that defines the entry's function replaced by it."""
        sources: list[str] = []
        for cell in self.base:
            own = entry.function in defined(cell.source)
            sources += [c.source for c in entry.cells] if own else [cell.source]
        return tuple(Cell(i, source) for i, source in enumerate(sources, start=1))


def read(folder: Path, functions: tuple[str, ...]) -> Corpus:
    """Read the corpus of one assignment. Raises `CourseError` that names the file and its fix."""
    path = folder / BASE
    base = _cells(path)
    try:
        names = [defined(cell.source) for cell in base]
    except (SyntaxError, ValueError) as error:
        raise CourseError(f"{path}: is no Python script ({error}); correct it") from None
    for function in functions:
        if sum(function in some for some in names) != 1:
            raise CourseError(f"{path}: define {function} in one cell, which its entries replace")
    entries = [
        _entry(file, function, right=kind == "right")
        for function in functions
        for kind in ("right", "wrong")
        for file in sorted((folder / function / kind).glob("*.py"))
    ]
    if not entries:
        raise CourseError(f"{folder}: holds no entries; put them into <function>/right and <function>/wrong")
    return Corpus(folder.name, base, tuple(entries))


def defined(source: str) -> set[str]:
    """Return the names of the functions that a cell defines at its top level."""
    return {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


def _entry(path: Path, function: str, *, right: bool) -> Entry:
    fields = _header(path)
    cells = _cells(path)
    if right:
        if fields:
            raise CourseError(f"{path}: a right answer keeps every point; take `{fields[0][0]}:` out")
        return Entry(path, function, True, cells)
    bound, points = None, None
    verdicts = []
    for value in (v for k, v in fields if k == "expect"):
        if match := _POINTS.fullmatch(value):
            bound, points = match[1], float(match[2])
        elif (match := _VERDICT.fullmatch(value)) and match[2] in set(Verdict):
            verdicts.append((match[1], Verdict(match[2])))
        else:
            raise CourseError(f"{path}: write `# expect: at most X of Y`, `exactly X of Y` or `<check> <verdict>`")
    kind = [v for k, v in fields if k == "kind"]
    diagnosis = [v for k, v in fields if k == "diagnosis"]
    if points is None or kind not in (["fundamental"], ["partial"]) or len(diagnosis) != 1:
        raise CourseError(f"{path}: a wrong answer needs its points (`expect:`), `kind:` and `diagnosis:`, once each")
    return Entry(
        path,
        function,
        False,
        cells,
        bound=bound,  # type: ignore[arg-type]
        points=points,
        fundamental=kind == ["fundamental"],
        verdicts=tuple(verdicts),
        diagnosis=None if diagnosis == ["none"] else diagnosis[0],
        also=tuple(v for k, v in fields if k == "also"),
        varies=tuple(v for k, v in fields if k == "varies"),
    )


def _header(path: Path) -> list[tuple[str, str]]:
    """Return the fields among the comment lines at the top of a file, which must say something first."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: cannot be read ({error})") from None
    end = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if not end or _FIELD.match(lines[0]):
        raise CourseError(f"{path}: say in a first comment line what the student was thinking")
    return [(match[1], match[2]) for line in lines[:end] if (match := _FIELD.match(line))]


def _cells(path: Path) -> tuple[Cell, ...]:
    try:
        return parse_script(path.read_bytes(), ".py")
    except OSError as error:
        raise CourseError(f"{path}: cannot be read ({error.strerror})") from None
    except InvalidSubmission as error:
        raise CourseError(f"{path}: {error}") from None
