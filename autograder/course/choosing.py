"""Which file of a student's folder counts, and what is said where none does."""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.course.folders import kind
from autograder.course.layouts import nobody, same_name
from autograder.errors import CourseError

SUFFIXES = (".ipynb", ".py", ".md")
_DEPTH, _MAX_FOLDERS = 4, 200  # how far below a student's folder a notebook is looked for
_NAMED = 6  # things in a folder without a notebook that are named


@dataclass(frozen=True)
class Submission:
    """One submission. `path` is the file to grade; where there is none, `problem` or `fault` says why.

    problem: the student's, who gets zero for it; fault: the machine's, or the instructor's, which leaves it ungraded.
    inner: how many of the last components of `path` are the student's, of which none may be a link.
    note: what to tell of the choice of this file.
    """

    student: str
    assignment: str
    path: Path
    problem: str | None = None
    fault: str | None = None
    inner: int = 1
    note: str | None = None


def inside(student: str, assignment: str, folder: Path, inner: int) -> Submission:
    """Take an assignment's folder that came with a submission; a link may lead to the solution or to others' work.

    inner: how many of the last components of `folder` are the student's.
    """
    try:
        mode = folder.lstat().st_mode
        if stat.S_ISDIR(mode):
            return _opened(student, assignment, folder, inner)
        what = "a link" if stat.S_ISLNK(mode) else kind(mode)
        problem = f"{assignment} is {what}: hand in a folder with the notebook itself"
    except FileNotFoundError:
        problem = f"there is no folder {assignment}: hand in a folder with the notebook itself"
    except OSError as error:
        return Submission(student, assignment, folder, fault=fault(folder, error), inner=inner)
    return Submission(student, assignment, folder, problem, inner=inner)


def _opened(student: str, assignment: str, folder: Path, inner: int) -> Submission:
    try:
        return choose_in(student, assignment, folder, inner)
    except FileNotFoundError as error:  # it has gone since it was looked at
        return Submission(student, assignment, folder, fault=fault(folder, error), inner=inner)


def choose_in(student: str, assignment: str, folder: Path, inner: int) -> Submission:
    """Choose the file to grade in a student's folder."""
    files = candidates(folder) or below(folder)
    chosen = choose(files, assignment)
    if chosen is not None:
        return Submission(student, assignment, chosen, inner=inner + len(chosen.relative_to(folder).parts))
    if files:
        named = ", ".join(f.relative_to(folder).as_posix() for f in files[:_NAMED])
        problem = f"the folder holds several files and none is named {assignment}.ipynb: {named}; hand in one"
    else:
        held = contents(folder)
        problem = f"the folder holds no {assignment}.ipynb" + (f"; it holds {held}" if held else ", it is empty")
    return Submission(student, assignment, folder, problem, inner=inner)


def contents(folder: Path) -> str:
    """Name what a folder holds, as the student may have meant it. Raises OSError."""
    names = sorted(p.name + "/" * (is_folder(p) and not p.is_symlink()) for p in folder.iterdir() if not nobody(p.name))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def notebooks(files: Sequence[Path]) -> list[Path]:
    """Return those files that are notebooks by their names."""
    return [f for f in files if f.suffix.lower() == ".ipynb"]


def below(folder: Path) -> list[Path]:
    """List what may be a submission in the folders of a student's folder: the nearest ones that hold any.

    A folder that was zipped with itself lies in one of its own name. No link is followed. Raises OSError.
    """
    level, seen = [folder], 0
    for _ in range(_DEPTH):
        level = [p for f in level for p in sorted(f.iterdir()) if not nobody(p.name) and _own_folder(p)]
        seen += len(level)
        found = [file for f in level[:_MAX_FOLDERS] for file in candidates(f)]
        if found or not level or seen > _MAX_FOLDERS:
            return found
    return []


def _own_folder(path: Path) -> bool:
    return stat.S_ISDIR(path.lstat().st_mode)


def choose(files: list[Path], assignment: str) -> Path | None:
    """Choose the assignment's own name first, else the only notebook, else the only file there is."""
    named = [f for suffix in SUFFIXES for f in files if f.name == assignment + suffix]
    alike = [f for f in files if same_name(f.stem, assignment)]
    named_notebooks = [f for f in notebooks(files) if f in alike]
    groups = ([f for f in named if f.name == named[0].name], named_notebooks, notebooks(files), alike, files)
    return next((group[0] for group in groups if len(group) == 1), None)


def one(several: list[Submission]) -> Submission:
    """Return the one submission that several paths give for one student and assignment, or say that they differ."""
    different = {plain(h.path): h for h in several}
    if len(different) == 1:
        return several[0]
    if len({path.parent for path in different}) == 1:  # files of one folder, all of which were named
        chosen = choose([p for p in different if p.suffix.lower() in SUFFIXES], several[0].assignment)
        if chosen is not None and several[0].student != chosen.stem:
            return different[chosen]
    told = " and ".join(str(h.path) for h in different.values())
    return replace(several[0], problem=None, fault=f"several submissions are this student's: {told}; grade one of them")


def fault(path: Path, error: OSError) -> str:
    """Say why a folder could not be looked into, and what to do."""
    return f"{path} cannot be looked into ({error.strerror}): let the user who runs the autograder read it"


def plain(path: Path) -> Path:
    """Return the path from the root, without `..`; links in it stay what they are called."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow the links


def there(path: Path) -> bool:
    """Whether anything has this name, a link that leads nowhere too. Raises OSError where that cannot be seen."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def exists(path: Path) -> bool:
    """Whether something is there that can be seen."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises for some names and folders


def is_folder(path: Path) -> bool:
    """Whether a folder is there, or a link to one, that can be seen."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where a link leads to what may not be seen


def candidates(folder: Path) -> list[Path]:
    """List the files that may be a submission, links included: what they are is said when they are read."""
    return sorted(
        p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and not nobody(p.name) and not is_folder(p)
    )


def is_file(path: Path) -> bool:
    """Whether a path is no folder, nor a link that stands in place of one."""
    return not is_folder(path) and (exists(path) or path.suffix.lower() in SUFFIXES)


def without_dots(path: Path) -> Path:
    """Return the path without `..`. Raises `CourseError` where the system, which follows links, would go elsewhere."""
    if ".." not in path.parts:
        return path
    plain = Path(os.path.normpath(path))
    if exists(path) and not (exists(plain) and path.samefile(plain)):
        raise CourseError(f"{path}: `..` steps back over a link there; name it without `..`")
    return plain
