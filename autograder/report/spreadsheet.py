"""Results as CSV: plain, for Canvas's gradebook import, and for Moodle's grade import.

A spreadsheet runs a cell that begins with = + - @ a tab or a return as a formula, so text that does gets an
apostrophe before it. Forms: Canvas's guide "How do I import grades in the Gradebook?", Moodle's docs "Grade import".
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.report import advice, statistics
from autograder.report.background import Background
from autograder.result import Result, clean

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_FORMULA = tuple("=+-@\t\r＝＋－＠")  # the wide forms count where Chinese, Japanese or Korean is written

Cell = str | float | int | None


@dataclass(frozen=True)
class Roster:
    """A class as Canvas exports it: the header, and each student's first five cells by whatever names them."""

    header: tuple[str, ...]
    students: dict[str, tuple[str, ...]]

    def column(self, title: str) -> str:
        """Return Canvas's own heading of an assignment, `Title (number)`, where the export has it."""
        return next((h for h in self.header if h == title or h.rpartition(" (")[0] == title), title)


def plain(results: Sequence[Result]) -> str:
    """Return one row a submission, with all that a spreadsheet may want to know."""
    names = list(dict.fromkeys(e.name for r in results for e in r.exercises))
    header = ["student", "assignment", "status", "score", "max_score", "late_days", "late_penalty", "final_score"]
    scores = advice.score_names(results)
    header += [
        *names,
        *(name.replace(" ", "_") for name in scores),
        "first_to_fix",
        "seconds",
        "device",
        "isolation",
        "grader",
        "sha256",
    ]
    return _written([header, *(_plain_row(result, names, scores) for result in results)])


def canvas(results: Sequence[Result], background: Background, roster: Roster | None = None) -> str:
    """Return a file for Canvas's Gradebook > Import: a row a student, a column an assignment.

    What is ungraded stays empty, which Canvas leaves as it was. Students are named by their login unless a roster,
    an export of the same gradebook, knows them better.
    """
    assignments = list(dict.fromkeys(r.assignment for r in results))
    points = {r.assignment: r.max_score for r in results}
    scores: dict[str, dict[str, float | None]] = {}
    for result in results:
        scores.setdefault(result.student, {})[result.assignment] = final_score(result)
    titles = [background.title(a) for a in assignments]
    columns = [roster.column(title) if roster else title for title in titles]
    rows: list[list[Cell]] = [
        [*CANVAS, *columns],
        ["    Points Possible", "", "", "", "", *(points[a] for a in assignments)],
    ]
    for student, by_assignment in scores.items():
        known = roster.students.get(student) if roster else None
        rows.append([*(known or (student, "", "", student, "")), *(by_assignment.get(a) for a in assignments)])
    return _written(rows)


def moodle(results: Sequence[Result], background: Background) -> str:
    """Return a file for Moodle's Grades > Import > CSV: username, and a grade and its feedback for each assignment.

    Who has no grade is left out: Moodle would take feedback without a grade as an empty grade.
    """
    assignments = list(dict.fromkeys(r.assignment for r in results))
    header = ["Username"]
    for assignment in assignments:
        header += [background.title(assignment), f"{background.title(assignment)} (Feedback)"]
    found: dict[str, dict[str, Result]] = {}
    for result in results:
        if result.score is not None:
            found.setdefault(result.student, {})[result.assignment] = result
    rows: list[list[Cell]] = [list(header)]
    for student, by_assignment in found.items():
        row: list[Cell] = [student]
        for assignment in assignments:
            graded = by_assignment.get(assignment)
            row += [None, None] if graded is None else [final_score(graded), feedback(graded)]
        rows.append(row)
    return _written(rows)


def read_roster(path: Path) -> Roster:
    """Read a gradebook that Canvas exported. Raises `CourseError` where it is none."""
    try:
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"--roster {path}: cannot be read ({error})") from None
    header = tuple(rows[0]) if rows else ()
    missing = [name for name in CANVAS[:2] if name not in header]
    if missing:
        raise CourseError(
            f"--roster {path}: has no column {missing[0]!r}: give the file that Canvas's Gradebook exports"
        )
    students: dict[str, tuple[str, ...]] = {}
    for row in rows[1:]:
        cells = dict(zip(header, row, strict=False))
        identity = tuple(cells.get(name, "") for name in CANVAS)
        for name in ("SIS Login ID", "SIS User ID", "ID"):
            if cells.get(name):
                students.setdefault(cells[name], identity)
    return Roster(header, students)


def final_score(result: Result) -> float | None:
    """Return what is left of the score after lateness; None where the submission is ungraded."""
    return result.late.score if result.late is not None else result.score


def feedback(result: Result) -> str:
    """Say in one cell how each exercise went and what to fix first; nothing hidden, nothing that students wrote."""
    if result.status == "invalid":
        return clean(result.reason or "the file could not be read")
    told = [f"{e.name} {e.score:g}/{e.max_score:g}" for e in result.exercises]
    first = next(iter(advice.fixes(result)), None)
    if first is not None:
        check = first.about[0]
        told.append(f"Fix first: {first.exercise}: {check.diagnosis or check.title}")
    if result.late is not None and result.late.penalty:
        told.append(f"{result.late.penalty:g} points off for lateness")
    return "; ".join(told)


def _plain_row(result: Result, names: list[str], scores: list[str]) -> list[Cell]:
    by_name = {e.name: e.score for e in result.exercises}
    late = result.late
    return [
        result.student,
        result.assignment,
        result.status,
        result.score,
        result.max_score,
        late.days if late else None,
        late.penalty if late else None,
        final_score(result),
        *(by_name.get(name) for name in names),
        *(advice.score_of(result, name) for name in scores),
        advice.headline(result),
        round(statistics.seconds(result), 3),
        result.device,
        result.isolation,
        result.grader,
        result.sha256,
    ]


def _written(rows: Iterable[Sequence[Cell]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    return text.getvalue()


def _safe(cell: Cell) -> str:
    """Write one cell: numbers as they are, text without control marks and never as a formula."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    cleaned = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in cell)
    return "'" + cleaned if cell.startswith(_FORMULA) or cleaned.lstrip().startswith(_FORMULA) else cleaned
