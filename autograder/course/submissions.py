"""Find what was handed in: single files, a student's folder, or nbgrader's `submitted/` tree.

Who a submission belongs to is said by the folder that holds the class and by nothing below it: a student's folder is
never a tree of students, whatever it holds. From that folder down no link is followed (`folders`); on the way to it
links are the instructor's own. What cannot be looked into costs its student a grade, never the class.
"""

import errno
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.course.choosing import (
    SUFFIXES,
    Submission,
    below,
    candidates,
    choose,
    choose_in,
    exists,
    fault,
    inside,
    is_file,
    is_folder,
    notebooks,
    one,
    plain,
    there,
    without_dots,
)
from autograder.course.layouts import from_canvas, nobody, same_name, student_of
from autograder.course.settings import FILE, Course
from autograder.errors import CourseError

__all__ = ["Submission", "find"]
SUBMITTED = "submitted"  # nbgrader's name for the folder that holds the class


def find(
    paths: Iterable[Path], course: Course, assignment: str | None, warn: Callable[[str], None] = lambda _text: None
) -> list[Submission]:
    """Return the submissions under `paths`, one a student and assignment, in order. Raises `CourseError`.

    A path may be a file, a tree `<student>/<assignment>/<file>` or `<student>/<file>`, one student's folder in such a
    tree, or a folder of files named for their students. `warn` is told what was looked at and is no submission.
    """
    if assignment is not None and assignment not in course.assignments:
        raise CourseError(f"there is no assignment {assignment!r}; there are: {', '.join(course.assignments)}")
    given = [without_dots(path) for path in paths]
    search = _Search(course, assignment, [plain(path) for path in given], warn)
    found: dict[tuple[str, str], list[Submission]] = {}
    for path in given:
        try:
            some = search.look(path)
        except OSError as error:
            raise CourseError(f"{path}: cannot be looked into ({error.strerror}); fix that, or leave it out") from None
        for submission in some:
            found.setdefault((submission.student, submission.assignment), []).append(submission)
    if not found:
        raise CourseError(
            "no submission found: expected <student>/<assignment>/<notebook>.ipynb in "
            f"{', '.join(map(str, given))}, or <student>/<notebook>.ipynb with --assignment where there are several"
        )
    return [one(several) for several in found.values()]


@dataclass(frozen=True)
class _Search:
    """What all paths of one command are looked at with. `given`: all of them, from the root."""

    course: Course
    assignment: str | None
    given: Sequence[Path]
    warn: Callable[[str], None]

    @property
    def names(self) -> list[str]:
        return [self.assignment] if self.assignment else list(self.course.assignments)

    def look(self, path: Path) -> list[Submission]:
        """Return what one path gives. Raises `CourseError`, OSError."""
        here = plain(path)
        owner = self._owner(here)
        if owner is not None and not (owner == here and is_file(path)):
            return self._owned(path, here, owner)
        if not there(path):
            raise _missing(path)
        if here.name in self.names and (any(candidates(path)) or there(path / here.name)):
            return [inside(here.parent.name, here.name, path, 1)]
        if is_file(path):
            return [self._file(path)]
        if here.name != SUBMITTED:
            own = self._holds(path, files=False)
            others = self._others(path, here)
            if others and own != self._beside_students(here):
                raise CourseError(
                    f"{path}: it cannot be told whether this is one student's folder or a class's, for it holds "
                    f"{others[0]}: name what you mean, such as {path}/* or {path / others[0]}"
                )
            if own:
                return self._student(path, here.name, 0)
        return self._tree(path)

    def _owned(self, path: Path, here: Path, owner: Path) -> list[Submission]:
        """Return what a path gives that leads into a student's folder: nothing in there is another's."""
        own = here.relative_to(owner).parts
        inner = 1 + len(own)
        try:
            if not there(path):
                if len(self.given) == 1:
                    raise _missing(path)
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            if not own:
                return self._student(path, owner.name, inner)
            if len(own) == 1 and own[0] in self.names:
                return [inside(owner.name, own[0], path, inner)]
            if len(own) == 2 and own[0] in self.names and not is_folder(path):
                return [Submission(owner.name, own[0], path, inner=inner)]
            if len(own) == 1 and path.suffix.lower() in SUFFIXES and not is_folder(path):
                return [Submission(owner.name, self._named_by(path), path, inner=inner)]
        except OSError as error:
            if error.errno == errno.ELOOP:
                return [Submission(owner.name, n, path, inner=inner) for n in own[:1] if n in self.names]
            names = [n for n in self.names if n in own] or self.names
            return [Submission(owner.name, n, path, fault=fault(path, error)) for n in names]
        self.warn(f"Not graded: {path} lies in the folder of the student {owner.name}, where nothing is expected")
        return []

    def _student(self, path: Path, student: str, inner: int) -> list[Submission]:
        """Take one student's folder: whatever else it holds is nobody's."""
        try:
            if inner > 0 and path.is_symlink():
                problem = f"{student} is a link: hand in a folder with the notebook itself"
                names = [n for n in self.names if len(self.names) == 1 or exists(path / n)]
                return [Submission(student, n, path, problem, inner=inner) for n in names]
            found = self._in(path, student, inner)
        except OSError as error:
            return [Submission(student, n, path, fault=fault(path, error)) for n in self.names]
        if not found:
            self.warn(f"Not graded: {path} holds no folder {' or '.join(self.names)}")
        return found

    def _in(self, path: Path, student: str, inner: int) -> list[Submission]:
        """Take what a student's folder holds of each assignment: a folder, a file of its name, or the only notebook."""
        entries = [p for p in sorted(path.iterdir()) if not nobody(p.name)]
        found: dict[str, Submission] = {}
        for name in self.names:
            alike = [p for p in entries if same_name(p.name, name) and not is_file(p)]
            folder = path / name if there(path / name) else alike[0] if len(alike) == 1 else None
            if folder is not None:
                found[name] = inside(student, name, folder, inner + 1)
            elif file := choose([f for f in candidates(path) if same_name(f.stem, name)], name):
                found[name] = Submission(student, name, file, inner=inner + 1)
        if not found and len(self.names) == 1:
            files = [f for f in candidates(path) or below(path) if not self._is_another_s(f.relative_to(path))]
            if chosen := choose(notebooks(files), self.names[0]):
                return [Submission(student, self.names[0], chosen, inner=inner + len(chosen.relative_to(path).parts))]
            if files and notebooks(files) == notebooks(candidates(path)) != []:  # several, of which none is named
                return [choose_in(student, self.names[0], path, inner)]
        return list(found.values())

    def _is_another_s(self, path: Path) -> bool:
        """Whether a file, by its path in a student's folder, is called as an assignment that is not asked for."""
        others = [n for n in self.course.assignments if n not in self.names]
        return any(same_name(part, n) for part in (*path.parent.parts, path.stem) for n in others)

    def _tree(self, top: Path) -> list[Submission]:
        found: list[Submission] = []
        closed: list[tuple[Path, OSError]] = []
        passed: list[str] = []
        for folder in _folders(top):
            try:
                some = self._in_tree(top, folder)
            except OSError as error:
                closed.append((folder, error))
                continue
            found += some
            passed += [] if some else [folder.name]
        names = list(dict.fromkeys(h.assignment for h in found)) or self.names
        found += [Submission(student_of(f.name), n, f, fault=fault(f, error)) for f, error in closed for n in names]
        files = candidates(top)
        others = sorted(p.name for p in top.iterdir() if not (nobody(p.name) or is_folder(p) or p in files))
        if not found:
            self._pass_over(top, [*passed, *(others if files else [])])
            if len(notebooks(files)) == 1 and _beside_notebooks(plain(top)):
                return self._student(top, student_of(plain(top).name), 1)
            return [self._file(file) for file in files]
        self._pass_over(top, [*passed, *(file.name for file in files), *others])
        return sorted(found, key=lambda h: h.student)

    def _pass_over(self, top: Path, names: list[str]) -> None:
        if names:
            what = f"{' or '.join(self.names)} of a student's, in {top}"
            self.warn(f"Not graded, for they are in no folder {what}: {', '.join(names)}")

    def _in_tree(self, top: Path, folder: Path) -> list[Submission]:
        """Take a folder of a class: in the course's own folder, which holds other things, only nbgrader's tree."""
        if folder.is_symlink():
            return self._student(folder, folder.name, 1)
        if exists(top / FILE):
            return [inside(folder.name, n, folder / n, 2) for n in self.names if there(folder / n)]
        return self._in(folder, student_of(folder.name), 1)

    def _file(self, path: Path) -> Submission:
        """Take a file of no known class: the folders around it say whose it is, or its own name."""
        here = plain(path)
        parent = here.parent
        if parent.name in self.names:
            return Submission(parent.parent.name, parent.name, path, inner=2)
        student, stem = from_canvas(path) or (None, path.stem)
        assignment = self._named_by(path, stem)
        return Submission(student or (parent.name if same_name(stem, assignment) else stem), assignment, path)

    def _named_by(self, path: Path, stem: str | None = None) -> str:
        """Return the assignment that a file is of, by its name or because there is no other. Raises `CourseError`."""
        alike = [n for n in self.course.assignments if same_name(stem or path.stem, n)]
        if self.assignment is not None or len(alike) == 1:
            return self.assignment or alike[0]
        if len(self.course.assignments) == 1:
            return next(iter(self.course.assignments))
        raise CourseError(f"{path}: its path doesn't say which assignment it is; add --assignment ID")

    # --- whose a folder is ------------------------------------------------------------------------------------------

    def _owner(self, here: Path) -> Path | None:
        """Return the student's folder that a path is or leads into, where a class is known to be around it."""
        within = [c for c in self._classes if c in here.parents]
        if not within:
            return None
        outermost = min(within, key=lambda c: len(c.parts))  # a class in a student's folder is none
        return outermost / here.relative_to(outermost).parts[0]

    @cached_property
    def _classes(self) -> set[Path]:
        """Return the folders that are known to hold a class, by what was given and what lies beside that."""
        students: dict[Path, set[Path]] = {}
        for path in self.given:
            student = self._student_of(path)
            if student is not None:
                students.setdefault(student.parent, set()).add(student)
        found = {c for c, own in students.items() if len(own) > 1 or any(map(self._beside_students, own))}
        found |= {c for c in students if c.name == SUBMITTED}
        around = {parent for path in self.given for parent in path.parents if parent.name == SUBMITTED}
        return found | {c for c in around if exists(c.parent / FILE)}

    def _student_of(self, path: Path) -> Path | None:
        """Return the folder that is a student's if a path is what it looks like."""
        if path.name in self.names:
            return path.parent
        if path.suffix.lower() in SUFFIXES:
            return (
                path.parents[1] if path.parent.name in self.names else path.parent if path.stem in self.names else None
            )
        return path if self._holds(path) else None

    def _beside_students(self, folder: Path) -> bool:
        """Whether most of the folders beside one are students': no student can have made those."""
        if exists(folder.parent / FILE):  # beside the course's own solutions/ and assignments/
            return False
        try:
            others = [f for f in _folders(folder.parent) if f.name != folder.name and not f.is_symlink()]
            students = sum(self._holds(f, files=False) for f in others)
            return students > 1 and len(others) <= 2 * students
        except OSError:
            return False

    def _others(self, path: Path, here: Path) -> list[str]:
        """Name what in a folder would be another student's if the folder were a class's."""
        nested = [f.name for f in _folders(path) if f.name not in self.names and self._holds(f, files=False)]
        return nested or [f.name for f in candidates(path) if exists(here.parent / f.stem)]

    def _holds(self, folder: Path, *, files: bool = True) -> bool:
        """Whether a folder holds what a student's does: an assignment's folder, or a file of its name."""
        try:
            return any(there(folder / (n + s)) for n in self.names for s in ("", *SUFFIXES * files))
        except OSError:
            return False


def _beside_notebooks(folder: Path) -> bool:
    """Whether a folder is one of several that hold a notebook each, as platforms give them."""
    try:
        others = [f for f in _folders(folder.parent) if f.name != folder.name and not f.is_symlink()]
        students = sum(len(notebooks(candidates(f))) == 1 for f in others)
    except OSError:
        return False
    return students > 1 and len(others) <= 2 * students and not exists(folder.parent / FILE)


def _missing(path: Path) -> CourseError:
    return CourseError(f"{path}: no such file or folder; name notebooks, or a folder of submissions")


def _folders(folder: Path) -> list[Path]:
    """List the folders that may be a student's, links to anything included."""
    return sorted(
        p for p in folder.iterdir() if not nobody(p.name) and (is_folder(p) or (p.is_symlink() and not is_file(p)))
    )
