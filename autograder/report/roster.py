"""A class list: Canvas's or Moodle's export, or any table with a column of logins; who of it is whom in the results.

Names are compared in Unicode's form NFC and without case: as they stand, then by what is before an @, then by Canvas's
number in a file's name, then by the person's name. What two people of the list could be called is nobody's.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.layouts import student_of
from autograder.errors import CourseError

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_LOGINS = (
    *("sis login id", "login", "login id", "username", "user name", "user", "netid", "student id", "student_id"),
    *("sis user id", "sid", "id number", "identifier", "id", "email", "email address", "e-mail", "e-mail address"),
    *("github_username", "roster_identifier", "matriculation number", "student number", "kennung"),
)
_NAMES = ("student", "name", "full name", "student name")
_FIRST, _LAST = ("first name", "first_name", "given name"), ("surname", "last name", "last_name", "family name")

Identity = tuple[str, ...]  # the five cells of `CANVAS`


@dataclass(frozen=True)
class Roster:
    """The header, every student's identity, and whom each form of a name means, strongest forms first."""

    header: tuple[str, ...]
    students: tuple[Identity, ...]
    points: dict[str, float]  # by heading
    _forms: tuple[dict[str, Identity | None], ...]  # None: several are called so

    def find(self, student: str) -> Identity | None:
        """Return who a student of the results is, where exactly one of the class is called so."""
        numbered = re.fullmatch(r"[^_]+_(?:LATE_)?(\d+)_\d+_.+", student)
        wanted = [_form(student), _form(student).split("@")[0], numbered[1] if numbered else "", _letters(student)]
        named = re.fullmatch(r"(.+)_\d+", student_of(student))
        wanted.append(_letters(named[1]) if named else "")
        for form in filter(None, wanted):
            for known in self._forms:
                if form in known:
                    return known[form]
        return None

    def column(self, title: str) -> tuple[str | None, float | None]:
        """Return Canvas's own heading of an assignment, `Title (number)`, and its points, where the list has them."""
        wanted = _form(title)
        found = [h for h in self.header if wanted in (_form(h), _form(h.rpartition(" (")[0]))]
        return (found[0], self.points.get(found[0])) if found else (None, None)

    def missing(self, students: Iterable[str]) -> list[str]:
        """Name those of the list who are none of `students`."""
        there = {identity for s in students if (identity := self.find(s)) is not None}
        return [i[0] or i[3] or i[1] for i in self.students if i not in there]

    def strangers(self, students: Iterable[str]) -> list[str]:
        """Name those of `students` who are not in the list, or several of it."""
        return [s for s in dict.fromkeys(students) if self.find(s) is None]


def read_roster(path: Path) -> Roster:
    """Read a class list. Raises `CourseError` where it is none."""
    rows = _rows(path)
    header = tuple(cell.strip() for cell in rows[0]) if rows else ()
    keys = [h for name in _LOGINS for h in header if _form(h) == name]
    if not keys:
        raise CourseError(
            f"--roster {path}: has no column 'Student' and 'ID', as Canvas's Gradebook exports them, nor one of logins "
            "(Username, Login, Email): give such a file"
        )
    students: list[Identity] = []
    forms: tuple[dict[str, Identity | None], ...] = ({}, {}, {})
    points: dict[str, float] = {}
    for row in rows[1:]:
        cells = dict(zip(header, (c.strip() for c in row), strict=False))
        if cells.get("Student", "").startswith("Points Possible"):
            points = {h: float(c) for h, c in cells.items() if re.fullmatch(r"\d+(\.\d+)?", c)}
            continue
        identity = _identity(cells, keys)
        logins = [_form(cells.get(key, "")) for key in keys]
        if not any(logins) or identity[0] == "Student, Test":
            continue
        students.append(identity)
        first, last = (next((c for h, c in cells.items() if _form(h) in names), "") for names in (_FIRST, _LAST))
        family, _, given = identity[0].partition(",")
        people = {_letters(identity[0]), _letters(given + family), _letters(first + last), _letters(last + first)}
        for known, names in zip(forms, (logins, [n.split("@")[0] for n in logins], people), strict=True):
            for name in {n for n in names if n}:
                known[name] = identity if known.get(name, identity) == identity else None
    return Roster(header, tuple(dict.fromkeys(students)), points, forms)


def _identity(cells: dict[str, str], keys: Sequence[str]) -> Identity:
    by_form = {_form(h): c for h, c in cells.items()}
    known = {name: by_form.get(_form(name), "") for name in CANVAS}
    first, last = (next((by_form[n] for n in names if n in by_form), "") for names in (_FIRST, _LAST))
    name = next((by_form[n] for n in _NAMES if by_form.get(n)), f"{last}, {first}".strip(", "))
    login = known["SIS Login ID"] or next((cells.get(k, "") for k in keys if _form(k) != "id" and cells.get(k)), "")
    return (name, known["ID"], known["SIS User ID"], login, known["Section"])


def _rows(path: Path) -> list[list[str]]:
    """Read a table with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows's own encoding."""
    try:
        raw = path.read_bytes()
        encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            text = raw.decode("cp1252")
        first = text.split("\n", 1)[0]
        separator = max(",;\t", key=first.count)
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"--roster {path}: cannot be read ({error})") from None


def _form(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def _letters(name: str) -> str:
    """Return a person's name as Canvas writes it into a file's name: letters and digits alone."""
    return "".join(c for c in _form(name) if c.isalnum())
