"""Find what was handed in: single files, a student's folder, or nbgrader's `submitted/` tree."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.errors import CourseError

SUFFIXES = (".ipynb", ".py", ".md")


@dataclass(frozen=True)
class Handed:
    """One submission. `path` is the file to grade; `problem` says why there is none, where there is none."""

    student: str
    assignment: str
    path: Path
    problem: str | None = None


def find(paths: Iterable[Path], course: Course, assignment: str | None) -> list[Handed]:
    """Return the submissions under `paths`, each once, students in order. Raises `CourseError` for a wrong path.

    A path may be a file, a tree `<student>/<assignment>/<file>`, one student's folder in such a tree, or a
    folder of files named for their students.
    """
    if assignment is not None and assignment not in course.assignments:
        raise CourseError(f"there is no assignment {assignment!r}; there are: {', '.join(course.assignments)}")
    found: dict[Path, Handed] = {}
    for path in paths:
        try:
            if not path.exists() and not path.is_symlink():
                raise CourseError(f"{path}: no such file or folder; name notebooks, or a folder of submissions")
            some = _tree(path, course, assignment) if path.is_dir() else [_file(path, course, assignment)]
        except OSError as error:
            raise CourseError(f"{path}: cannot be looked into ({error.strerror}); mend that, or leave it out") from None
        for handed in some:
            found.setdefault(_plain(handed.path), handed)
    if not found:
        raise CourseError(
            "no submission found: expected <student>/<assignment>/<notebook>.ipynb in " + ", ".join(map(str, paths))
        )
    return list(found.values())


def _tree(top: Path, course: Course, assignment: str | None) -> list[Handed]:
    names = [assignment] if assignment else list(course.assignments)
    here = _plain(top)
    if here.name in names and any(_candidates(top)):  # <student>/<assignment>
        return [_folder(here.parent.name, here.name, top)]
    own = [_folder(here.name, n, top / n) for n in names if (top / n).is_dir()]
    if own:  # one student's folder
        return own
    students = [d for d in sorted(top.iterdir()) if d.is_dir() and not d.name.startswith(".")]
    found = [inside(d.name, n, d / n) for d in students for n in names if (d / n).is_dir()]
    return found or [_file(p, course, assignment) for p in _candidates(top)]


def inside(student: str, assignment: str, folder: Path) -> Handed:
    """Take a folder that came with a submission; a link may lead anywhere, to the solution and to others' work too."""
    if folder.is_symlink():
        return Handed(student, assignment, folder, f"{assignment} is a link: hand in a folder with the notebook itself")
    return _folder(student, assignment, folder)


def _folder(student: str, assignment: str, folder: Path) -> Handed:
    """Choose the file to grade in a student's folder: the assignment's own name first, else the only one there is."""
    files = _candidates(folder)
    named = [f for suffix in SUFFIXES for f in files if f.name == assignment + suffix]
    notebooks = [f for f in files if f.suffix == ".ipynb"]
    if named:
        return Handed(student, assignment, named[0])
    for group in (notebooks, files):
        if len(group) == 1:
            return Handed(student, assignment, group[0])
    what = "holds several files and none is named" if files else "holds no"
    return Handed(student, assignment, folder, f"the folder {what} {assignment}.ipynb")


def _file(path: Path, course: Course, assignment: str | None) -> Handed:
    parent, grandparent = _plain(path).parent, _plain(path).parent.parent
    if parent.name in course.assignments and assignment in (None, parent.name):
        return Handed(grandparent.name, parent.name, path)
    if assignment is None:
        if path.stem in course.assignments:
            assignment = path.stem
        elif len(course.assignments) == 1:
            assignment = next(iter(course.assignments))
        else:
            raise CourseError(f"{path}: its path doesn't say which assignment it is; add --assignment ID")
    student = parent.name if path.stem == assignment else path.stem
    return Handed(student, assignment, path)


def _plain(path: Path) -> Path:
    """Return the path from the root, without `..`; links in it stay what they are called."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow the links


def _candidates(folder: Path) -> list[Path]:
    """List the files that may be a submission, links included: what they are is said when they are read."""
    return sorted(p for p in folder.iterdir() if p.suffix in SUFFIXES and not p.name.startswith(".") and not p.is_dir())
