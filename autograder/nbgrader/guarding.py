"""Methods of nbgrader's that trust what lies in students' folders, or that delete before they build, and ours in place.

nbgrader has no setting for any of them. Only plain files of a student's own folder are copied, at each step from the
exchange to the feedback; what is no submission, or is dated at no time, costs its student something, never the class.
"""

import glob
import os
import re
import tempfile
from collections.abc import Callable
from datetime import datetime
from fnmatch import fnmatch, fnmatchcase
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.utils import find_all_files, full_split

from autograder.author.release import replace_files
from autograder.course import late
from autograder.course.folders import Copying
from autograder.result import name_of

_STRUCTURE = os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}")  # noqa: PTH118 - nbgrader's default
_NAMED = 20  # files of one student's that are named as left out
_nbgraders = {
    name: (owner, getattr(owner, name))
    for owner, name in (
        (BaseConverter, "init_assignment"),
        (CourseDirectory, "get_existing_timestamp"),
        (Autograde, "init_notebooks"),
        (GenerateAssignment, "convert_notebooks"),
        (GenerateAssignment, "init_destination"),
        (GenerateAssignment, "_format_dest"),
        (ExchangeCollect, "_path_to_record"),
        (ExchangeCollect, "init_src"),
        (ExchangeCollect, "do_copy"),
        (ExchangeReleaseFeedback, "copy_files"),
    )
}


def install() -> None:
    """Put our methods in place of nbgrader's, in this process."""
    for name, (owner, _) in _nbgraders.items():
        setattr(owner, name, globals()[name])


def inner(coursedir: Any) -> int:
    """Return how many of the last components of a submission's folder are named for students or by them."""
    parts = full_split(coursedir.directory_structure)
    return len(parts) - next((i for i, part in enumerate(parts) if "_id}" in part), len(parts) - 1)


def _nbgrader(name: str, *arguments: Any) -> Any:
    return _nbgraders[name][1](*arguments)


# --- copying ----------------------------------------------------------------------------------------------------------


def init_assignment(self: Any, assignment_id: str, student_id: str) -> None:
    """Copy what lies beside a notebook: of a student's folder its plain files."""
    if self._input_directory == self.coursedir.source_directory:  # the instructor's own folder
        _nbgrader("init_assignment", self, assignment_id, student_id)
        return
    source = self._format_source(assignment_id, student_id)
    made = {Path(notebook).stem + self.exporter.file_extension for notebook in self.notebooks}
    next_to_come: set[Path] = set()
    if isinstance(self, Autograde):
        original = self.coursedir.format_path(self.coursedir.source_directory, ".", assignment_id)
        files = find_all_files(original, [*self.coursedir.ignore, "*.ipynb"])
        kept = {Path(name) for name in self.exclude_overwriting.get(assignment_id, [])}
        next_to_come = {Path(os.path.relpath(file, original)) for file in files} - kept
    folders = {folder for file in next_to_come for folder in file.parents}

    def taken(path: Path) -> bool:
        """Whether nbgrader puts something there next, and would fall over what is there."""
        if str(path) in made or path in next_to_come:
            return True
        return path in folders and not (Path(source) / path).is_dir()

    _copy(self, Path(source), Path(self._format_dest(assignment_id, student_id)), student_id, taken)


def do_copy(self: Any, src: str, dest: str, log: Any = None) -> None:
    """Collect from the exchange, whose folders are students' own, through a folder of plain files."""
    with tempfile.TemporaryDirectory() as name:
        plain = Path(name) / "plain"
        plain.mkdir()
        _copy(self, Path(src), plain, Path(src).name, lambda _path: False, own=1)
        _nbgrader("do_copy", self, str(plain), dest, log)


def _copy(
    self: Any, source: Path, target: Path, student: str, taken: Callable[[Path], bool], own: int | None = None
) -> None:
    ignore = [*self.coursedir.ignore, *(["*.ipynb"] if own is None else [])]
    copying = Copying(
        target,
        skip=lambda path: taken(path) or any(fnmatch(path.name, pattern) for pattern in ignore),
        max_file=1000 * self.coursedir.max_file_size,
        max_all=1000 * self.coursedir.max_dir_size,
    )
    copying.copy(source, own or inner(self.coursedir))
    for told in copying.left_out[:_NAMED]:
        self.log.warning("%s: not copied: %s", name_of(student), name_of(told))
    if len(copying.left_out) > _NAMED:
        self.log.warning("%s: not copied: %d more", name_of(student), len(copying.left_out) - _NAMED)


# --- who and when -----------------------------------------------------------------------------------------------------


def get_existing_timestamp(self: Any, dest_path: str) -> datetime | None:
    """Read a timestamp.txt, in UTC and without a zone, as nbgrader keeps times."""
    try:
        when = late.timestamp(Path(dest_path), inner(self))
    except late.UnknownTime as error:
        self.log.warning("%s: %s", name_of(str(dest_path)), error)
        return None
    return when.replace(tzinfo=None) if when is not None else None


def init_notebooks(self: Any) -> None:
    """Take every student who has the assignment's folder, whatever it is and holds: the grader says what is wrong."""
    coursedir = self.coursedir
    if coursedir.directory_structure != _STRUCTURE:
        _nbgrader("init_notebooks", self)
        return
    self.assignments, self.notebooks = {}, []
    top = Path(coursedir.format_path(coursedir.submitted_directory, "student", "assignment")).parents[1]
    for student in _names(top):
        wanted = student == coursedir.student_id or fnmatchcase(student, coursedir.student_id)
        if not wanted or student.startswith(".") or student == "__MACOSX":
            continue
        folder = self._format_source(coursedir.assignment_id, student)
        if not _handed_in(Path(folder)):
            continue
        if name_of(student) != student and not _can_be_kept(self, student, folder):
            self.log.error("%s: not graded, for nbgrader cannot keep such a name: rename the folder", name_of(student))
            continue
        self.assignments[folder] = [str(Path(folder) / f"{coursedir.assignment_id}.ipynb")]
    if not self.assignments:
        _nbgrader("init_notebooks", self)  # which says so


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []


def _handed_in(folder: Path) -> bool:
    try:
        if folder.parent.is_symlink() and not folder.parent.is_file():
            return True
        folder.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # nobody can see whether: it is ungraded then
        return True
    return True


def _can_be_kept(self: Any, student: str, folder: str) -> bool:
    """Whether the database, and nbgrader's pattern for paths, take a name."""
    match = re.match(self._format_source("(?P<assignment_id>.*)", "(?P<student_id>.*)", escape=True), folder)
    try:
        student.encode()
    except UnicodeEncodeError:
        return False
    return match is not None and match["student_id"] == student


def _path_to_record(self: Any, path: str) -> dict[str, Any]:
    """Read the name of a folder in the exchange; who made it chose it, and what it is."""
    try:
        if os.path.islink(path) or not os.path.isdir(path):  # noqa: PTH112, PTH114 - nbgrader's paths are texts
            raise ValueError("it is no folder")
        record: dict[str, Any] = _nbgrader("_path_to_record", self, path)
        os.stat(path)  # noqa: PTH116
    except Exception as error:  # noqa: BLE001 - the text is anybody's, and dateutil raises more than it says
        name = Path(path).name
        self.log.error("%s: not collected (%s)", name_of(name), error)
        return {"username": None, "filename": name, "timestamp": datetime.min}
    return record


def init_src(self: Any) -> None:
    """Find what is to be collected."""
    _nbgrader("init_src", self)
    self.src_records = [record for record in self.src_records if record["username"] is not None]


def copy_files(self: Any) -> None:
    """Release one student's feedback after the other's."""
    for folder in sorted(glob.glob(self.src_path)):  # noqa: PTH207 - nbgrader's own pattern
        self.src_path = glob.escape(folder)
        try:
            _nbgrader("copy_files", self)
        except (OSError, ValueError) as error:
            self.log.error("%s: its feedback is not released (%s)", name_of(folder), error)


# --- building before replacing ----------------------------------------------------------------------------------------


def convert_notebooks(self: Any) -> None:
    """Build what is released beside the old one, and replace that by it when all of it is there."""
    target = Path(self.coursedir.format_path(self.coursedir.release_directory, ".", self.coursedir.assignment_id))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".release-", dir=target.parent) as built:
        self._built_in = built
        try:
            _nbgrader("convert_notebooks", self)
        finally:
            self._built_in = None
        made = Path(self.coursedir.format_path(built, ".", self.coursedir.assignment_id))
        if made.is_dir():
            replace_files(made, target, whole=self.coursedir.notebook_id == "*")


def init_destination(self: Any, assignment_id: str, student_id: str) -> bool:
    """Say whether to build; what is there stays, unless it is to be left alone."""
    if self.force:
        return student_id not in self.coursedir.student_id_exclude.split(",")
    built, self._built_in = self._built_in, None
    try:
        return bool(_nbgrader("init_destination", self, assignment_id, student_id))
    finally:
        self._built_in = built


def _format_dest(self: Any, assignment_id: str, student_id: str, escape: bool = False) -> Any:
    step = getattr(self, "_built_in", None) or self._output_directory
    return self.coursedir.format_path(step, student_id, assignment_id, escape=escape)
