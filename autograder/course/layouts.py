"""What learning platforms and file managers call things: whose a file is by its name, and what is nobody's.

Forms: Canvas "Download Submissions" (`leejane_LATE_901_5552_softmax.ipynb`: login or name, LATE, two numbers, the
file's own name, `-1` for a second attempt), Moodle "Download all submissions" (`Jane Lee_901_assignsubmission_file`).
"""

import re
import unicodedata
from pathlib import Path

_CANVAS = re.compile(r"(?P<student>[^_]+)_(?:LATE_)?\d+_\d+_(?P<file>.+)", re.DOTALL)
_MOODLE = re.compile(r"(?P<student>.+)_assignsubmission_(?:file|onlinetext)_?", re.DOTALL)
_COPY = re.compile(r"(?:[ _-]*(?:\(\d+\)|copy[ _-]?\d*|-\d+))+\Z", re.IGNORECASE)
_NOBODY = {"__macosx", "__pycache__", "thumbs.db", "desktop.ini", "lost+found", "node_modules"}
_ABOUT = {"readme", "license", "licence", "changelog", "contributing", "submission_metadata"}


def nobody(name: str) -> bool:
    """Whether a name is that of something which systems and platforms leave behind, and no student's."""
    lower = name.lower()
    return name.startswith(".") or lower in _NOBODY or Path(lower).stem in _ABOUT


def from_canvas(path: Path) -> tuple[str, str] | None:
    """Return the student and the file's own stem of a file that Canvas named; None for any other."""
    found = _CANVAS.fullmatch(path.stem)
    return None if found is None else (found["student"], found["file"])


def student_of(folder: str) -> str:
    """Return the student that a folder of a class is named for."""
    found = _MOODLE.fullmatch(folder)
    return folder if found is None else found["student"]


def same_name(name: str, assignment: str) -> bool:
    """Whether a folder or a file's stem is called as an assignment, but for case, spaces, and marks of a copy."""
    return any(_plain(form) == _plain(assignment) for form in (name, _COPY.sub("", name)))


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFC", name)).strip("_").casefold()
