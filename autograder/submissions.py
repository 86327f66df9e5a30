"""Find what was handed in: single files, a student's folder, or nbgrader's `submitted/` tree.

Who a submission belongs to is said by the folder that holds the class and by nothing below it: a student's folder is
never a tree of students, whatever it holds. From that folder down no link is followed (`folders`); on the way to it
links are the instructor's own. What cannot be looked into costs its student a grade, never the class.
"""

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.course import FILE, Course
from autograder.errors import CourseError
from autograder.folders import kind

SUFFIXES = (".ipynb", ".py", ".md")
SUBMITTED = "submitted"  # nbgrader's name for the folder that holds the class
_NAMED = 10  # how many of what was passed over are named


@dataclass(frozen=True)
class Handed:
    """One submission. `path` is the file to grade; where there is none, `problem` or `fault` says why.

    problem: the student's, who gets zero for it; fault: the machine's, or the instructor's, which leaves it ungraded.
    inner: how many of the last components of `path` are the student's, of which none may be a link.
    """

    student: str
    assignment: str
    path: Path
    problem: str | None = None
    fault: str | None = None
    inner: int = 1


def find(
    paths: Iterable[Path], course: Course, assignment: str | None, warn: Callable[[str], None] = lambda _text: None
) -> list[Handed]:
    """Return the submissions under `paths`, one a student and assignment, in order. Raises `CourseError`.

    A path may be a file, a tree `<student>/<assignment>/<file>`, one student's folder in such a tree, or a
    folder of files named for their students. `warn` is told what was looked at and is no submission.
    """
    if assignment is not None and assignment not in course.assignments:
        raise CourseError(f"there is no assignment {assignment!r}; there are: {', '.join(course.assignments)}")
    given = [_without_dots(path) for path in paths]
    search = _Search(course, assignment, [_plain(path) for path in given], warn)
    found: dict[tuple[str, str], list[Handed]] = {}
    for path in given:
        try:
            some = search.look(path)
        except OSError as error:
            raise CourseError(f"{path}: cannot be looked into ({error.strerror}); mend that, or leave it out") from None
        for handed in some:
            found.setdefault((handed.student, handed.assignment), []).append(handed)
    if not found:
        raise CourseError(
            "no submission found: expected <student>/<assignment>/<notebook>.ipynb in " + ", ".join(map(str, given))
        )
    return [_one(several) for several in found.values()]


def inside(student: str, assignment: str, folder: Path, inner: int) -> Handed:
    """Take an assignment's folder that came with a submission; a link may lead to the solution or to others' work.

    inner: how many of the last components of `folder` are the student's.
    """
    try:
        mode = folder.lstat().st_mode
        if stat.S_ISDIR(mode):
            return _folder(student, assignment, folder, inner)
        what = "a link" if stat.S_ISLNK(mode) else kind(mode)
        problem = f"{assignment} is {what}: hand in a folder with the notebook itself"
    except FileNotFoundError:
        problem = f"there is no folder {assignment}: hand in a folder with the notebook itself"
    except OSError as error:
        return Handed(student, assignment, folder, fault=_fault(folder, error), inner=inner)
    return Handed(student, assignment, folder, problem, inner=inner)


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

    def look(self, path: Path) -> list[Handed]:
        """Return what one path gives. Raises `CourseError`, OSError."""
        here = _plain(path)
        if not _there(path):
            if self._known_student(here):
                return self._student(path, here)
            raise CourseError(f"{path}: no such file or folder; name notebooks, or a folder of submissions")
        if here.name in self.names and self._is_assignments(path, here):
            return [inside(here.parent.name, here.name, path, 1 + self._in_class(here.parent))]
        if not path.is_dir() and (path.suffix in SUFFIXES or not path.is_symlink()):
            return [self._file(path)]
        if self._known_student(here):
            return self._student(path, here)
        if here.name != SUBMITTED:
            own = self._holds(path, files=False)
            others = self._others(path, here)
            if others and own != self._beside_students(here):
                raise CourseError(
                    f"{path}: it cannot be told whether this is one student's folder or a class's, for it holds "
                    f"{others[0]}: name what you mean, such as {path}/* or {path / others[0]}"
                )
            if own:
                return self._student(path, here)
        return self._tree(path, here)

    def _student(self, path: Path, here: Path) -> list[Handed]:
        """Take one student's folder: whatever else it holds is nobody's."""
        student, inner = here.name, 1 + self._in_class(here)
        try:
            if inner > 1 and path.is_symlink():
                problem = f"{student} is a link: hand in a folder with the notebook itself"
                names = [n for n in self.names if len(self.names) == 1 or _exists(path / n)]
                return [Handed(student, n, path, problem, inner=1) for n in names]
            found = [inside(student, n, path / n, inner) for n in self.names if _there(path / n)]
            if not found and len(self.names) == 1 and any(_candidates(path)):
                found = [_folder(student, self.names[0], path, inner - 1 or 1)]
        except OSError as error:
            return [Handed(student, n, path, fault=_fault(path, error)) for n in self.names]
        if not found:
            self.warn(f"Not graded: {path} holds no folder {' or '.join(self.names)}")
        return found

    def _tree(self, top: Path, here: Path) -> list[Handed]:
        found: list[Handed] = []
        closed: list[tuple[Path, OSError]] = []
        passed: list[str] = []
        for folder in _folders(top):
            try:
                if folder.is_symlink():
                    some = self._student(folder, here / folder.name)
                else:
                    some = [inside(folder.name, n, folder / n, 2) for n in self.names if _there(folder / n)]
            except OSError as error:
                closed.append((folder, error))
                continue
            found += some
            passed += [] if some else [folder.name]
        names = list(dict.fromkeys(h.assignment for h in found)) or self.names
        found += [Handed(f.name, n, f, fault=_fault(f, error)) for f, error in closed for n in names]
        files = _candidates(top)
        if not found:
            return [self._file(file) for file in files]
        self._pass_over(top, [*passed, *(file.name for file in files)])
        return sorted(found, key=lambda h: h.student)

    def _pass_over(self, top: Path, names: list[str]) -> None:
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            what = f"in no folder {' or '.join(self.names)} of a student's"
            self.warn(f"Not graded, for they are {what}, in {top}: {', '.join(names[:_NAMED])}{more}")

    def _file(self, path: Path) -> Handed:
        here = _plain(path)
        parent, grandparent = here.parent, here.parent.parent
        if parent.name in self.course.assignments and self.assignment in (None, parent.name):
            return Handed(grandparent.name, parent.name, path, inner=2 + self._in_class(grandparent))
        assignment = self.assignment
        if assignment is None:
            if path.stem in self.course.assignments:
                assignment = path.stem
            elif len(self.course.assignments) == 1:
                assignment = next(iter(self.course.assignments))
            else:
                raise CourseError(f"{path}: its path doesn't say which assignment it is; add --assignment ID")
        if path.stem == assignment or self._known_student(parent):
            return Handed(parent.name, assignment, path, inner=1 + self._in_class(parent))
        return Handed(path.stem, assignment, path)

    # --- whose a folder is ------------------------------------------------------------------------------------------

    def _is_assignments(self, path: Path, here: Path) -> bool:
        """Whether a folder with an assignment's name is a student's for it, and not a class's that is called so."""
        if not path.is_dir() or self._in_class(here.parent):
            return path.is_symlink() or path.is_dir()
        return any(_candidates(path)) or _there(path / here.name)

    def _known_student(self, folder: Path) -> bool:
        """Whether a folder is one of a class: the course's `submitted/`, or one whose other students were named too."""
        if folder.parent.name == SUBMITTED and _exists(folder.parent.parent / FILE):
            return True
        beside = {g.parent if g.suffix in SUFFIXES else g for g in self.given}
        return any(f != folder and f.parent == folder.parent and self._holds(f) for f in beside)

    def _in_class(self, folder: Path) -> bool:
        """Whether a student could have made this very folder: it lies among students' folders."""
        return folder.parent.name == SUBMITTED or self._known_student(folder) or self._beside_students(folder)

    def _beside_students(self, folder: Path) -> bool:
        if _exists(folder.parent / FILE):  # beside the course's own solutions/ and assignments/
            return False
        try:
            others = (f for f in _folders(folder.parent) if f.name != folder.name and not f.is_symlink())
            return any(self._holds(f, files=False) for f in others)
        except OSError:
            return False

    def _others(self, path: Path, here: Path) -> list[str]:
        """Name what in a folder would be another student's if the folder were a class's."""
        nested = [f.name for f in _folders(path) if f.name not in self.names and self._holds(f, files=False)]
        return nested or [f.name for f in _candidates(path) if _exists(here.parent / f.stem)]

    def _holds(self, folder: Path, *, files: bool = True) -> bool:
        """Whether a folder holds what a student's does: an assignment's folder, or a file of its name."""
        try:
            return any(_there(folder / (n + s)) for n in self.names for s in ("", *SUFFIXES * files))
        except OSError:
            return False


def _folder(student: str, assignment: str, folder: Path, inner: int) -> Handed:
    """Choose the file to grade in a student's folder."""
    files = _candidates(folder)
    chosen = _choose(files, assignment)
    if chosen is not None:
        return Handed(student, assignment, chosen, inner=inner + 1)
    what = "holds several files and none is named" if files else "holds no"
    return Handed(student, assignment, folder, f"the folder {what} {assignment}.ipynb", inner=inner)


def _choose(files: list[Path], assignment: str) -> Path | None:
    """Choose the assignment's own name first, else the only notebook, else the only file there is."""
    named = [f for suffix in SUFFIXES for f in files if f.name == assignment + suffix]
    notebooks = [f for f in files if f.suffix == ".ipynb"]
    groups = ([named[0]] if named else [], notebooks, files)
    return next((group[0] for group in groups if len(group) == 1), None)


def _one(several: list[Handed]) -> Handed:
    """Return the one submission that several paths give for one student and assignment, or say that they differ."""
    different = {_plain(h.path): h for h in several}
    if len(different) == 1:
        return several[0]
    if len({path.parent for path in different}) == 1:  # files of one folder, all of which were named
        chosen = _choose([p for p in different if p.suffix in SUFFIXES], several[0].assignment)
        if chosen is not None and several[0].student != chosen.stem:
            return different[chosen]
    told = " and ".join(str(h.path) for h in different.values())
    return replace(several[0], problem=None, fault=f"several submissions are this student's: {told}; grade one of them")


def _fault(path: Path, error: OSError) -> str:
    return f"{path} cannot be looked into ({error.strerror}): let the user who runs the autograder read it"


def _without_dots(path: Path) -> Path:
    """Return the path without `..`. Raises `CourseError` where the system, which follows links, would go elsewhere."""
    if ".." not in path.parts:
        return path
    plain = Path(os.path.normpath(path))
    if _exists(path) and not (_exists(plain) and path.samefile(plain)):
        raise CourseError(f"{path}: `..` steps back over a link there; name it without `..`")
    return plain


def _plain(path: Path) -> Path:
    """Return the path from the root, without `..`; links in it stay what they are called."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow the links


def _there(path: Path) -> bool:
    """Whether anything has this name, a link that leads nowhere too. Raises OSError where that cannot be seen."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _exists(path: Path) -> bool:
    """Whether something is there that can be seen."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises for some names and folders


def _folders(folder: Path) -> list[Path]:
    """List the folders that may be a student's, links to anything included."""
    return sorted(
        p
        for p in folder.iterdir()
        if not p.name.startswith(".") and p.name != "__MACOSX" and (p.is_symlink() or p.is_dir())
    )


def _candidates(folder: Path) -> list[Path]:
    """List the files that may be a submission, links included: what they are is said when they are read."""
    return sorted(p for p in folder.iterdir() if p.suffix in SUFFIXES and not p.name.startswith(".") and not p.is_dir())
