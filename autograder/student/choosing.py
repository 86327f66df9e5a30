"""Which assignment's public cases belong to a notebook: known by what it is, wherever in a course it lies.

In this order: the exercises that are asked for; nbgrader's marks in its cells; its name; that it defines some
assignment's functions and none of the others'; its folder; how many of the functions it defines. What says nothing
leaves the choice as it was, and where all together leave several, that is said: none is taken for coming first.
"""

import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.course.notebook import InvalidSubmission, parse_ipynb
from autograder.course.settings import FILE as COURSE_FILE
from autograder.errors import CourseError
from autograder.result import clean
from autograder.student.casefile import FILE, Recorded, plain_bytes, read

MAX_NOTEBOOK = 64 << 20  # bytes; what is larger is not looked into
_DEFINED = re.compile(r"^(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*=[^=]", re.MULTILINE)


@dataclass(frozen=True)
class Candidate:
    """A file of public cases; `found` is the fault where it cannot be read. `here`: it lies beside the notebook."""

    path: Path
    found: Recorded | CourseError
    here: bool

    @property
    def name(self) -> str:
        """The assignment's name."""
        return self.path.parent.name if isinstance(self.found, CourseError) else self.found.assignment

    def count(self, names: Collection[str], *, functions: bool = False) -> int:
        """Count those of `names` that are its exercises, or its functions."""
        if isinstance(self.found, CourseError):
            return 0
        return len(set(names).intersection(self.found.functions if functions else self.found.exercises))


class _Marks(msgspec.Struct):
    grade_id: str | None = None


class _Metadata(msgspec.Struct):
    nbgrader: _Marks | None = None


class _Cell(msgspec.Struct):
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class _Notebook(msgspec.Struct):
    """The marks in a notebook's cells alone."""

    cells: list[_Cell] = []


def find(place: Path, *, asked: Collection[str] = (), defined: Collection[str] = ()) -> Recorded:
    """Find and read the recorded cases of a notebook, or of one in the folder `place`. Raises `CourseError`.

    asked: exercises that somebody wants checked. defined: functions that a kernel has.
    """
    folder = place if place.is_dir() else place.parent
    left = candidates(folder)
    if not left:
        raise CourseError(f"the assignment's public cases ({FILE}) are not beside the notebook: get its folder again")
    if len(left) > 1:
        marks, functions = ((), ()) if place is folder else _looked_into(place)
        functions = {*functions, *defined}
        left = _best(left, lambda c: c.count(asked))
        left = _best(left, lambda c: c.count(marks))
        left = _best(left, lambda c: place is not folder and place.stem == c.name)
        left = _best(left, lambda c: c.count(functions, functions=True) > 0)
        left = _best(left, lambda c: c.here or folder.name == c.name)
        left = _best(left, lambda c: c.count(functions, functions=True))
    if len({candidate.name for candidate in left}) > 1:
        names = [clean(c.name, 80) for c in left]
        raise CourseError(
            f"this notebook may be of any of the assignments {', '.join(names)}: name it for its assignment "
            f"({names[0]}.ipynb), or put it into that assignment's folder"
        )
    found = left[0].found
    if isinstance(found, CourseError):
        raise found
    return found


def candidates(folder: Path) -> list[Candidate]:
    """Return the files of public cases in `folder`, and of the course that it lies in."""
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - Path.resolve would follow the links
    places = [folder]
    for parent in (folder, *folder.parents):
        places.append(parent / "assignments" / folder.name)
        if (parent / COURSE_FILE).is_file():
            places += sorted(path.parent for path in (parent / "assignments").glob(f"*/{FILE}"))
            break
    paths = [path / FILE for path in dict.fromkeys(places) if os.path.lexists(path / FILE)]
    return [Candidate(path, _read(path), path.parent == folder) for path in paths]


def _read(path: Path) -> Recorded | CourseError:
    try:
        return read(path)
    except CourseError as error:
        return error


def _best(left: list[Candidate], score: Callable[[Candidate], int]) -> list[Candidate]:
    """Keep those that something speaks for most; all, where it speaks for none."""
    scores = [score(candidate) for candidate in left]
    return [c for c, s in zip(left, scores, strict=True) if s == max(scores)] if any(scores) else left


def _looked_into(path: Path) -> tuple[Collection[str], Collection[str]]:
    """Return nbgrader's marks in a notebook, and the names that it defines; nothing of what cannot be read."""
    try:
        raw = plain_bytes(path, MAX_NOTEBOOK)
        sources = [cell.source for cell in parse_ipynb(raw)]
        cells = msgspec.json.decode(raw, type=_Notebook).cells
    except (OSError, InvalidSubmission, msgspec.MsgspecError, RecursionError):
        return (), ()
    marks = {c.metadata.nbgrader.grade_id for c in cells if c.metadata.nbgrader and c.metadata.nbgrader.grade_id}
    names = {name for source in sources for pair in _DEFINED.findall(source) for name in pair if name}
    return marks, names
