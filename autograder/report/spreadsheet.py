"""Results as CSV: plain, for Canvas's gradebook import, and for Moodle's grade import.

A spreadsheet runs a cell that begins with = + - @ a tab or a return as a formula, so text that does gets an
apostrophe before it. Forms: Canvas's guide "How do I import grades in the Gradebook?", Moodle's docs "Grade import".
"""

import csv
import io
import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from autograder.errors import CourseError
from autograder.report import advice, statistics
from autograder.report.background import Background
from autograder.report.roster import CANVAS, Roster
from autograder.result import Result, clean

_FORMULA = tuple("=+-@\t\r＝＋－＠")  # the wide forms count where Chinese, Japanese or Korean is written

Cell = str | float | int | None


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


def canvas(
    results: Sequence[Result],
    background: Background,
    roster: Roster | None = None,
    warn: Callable[[str], None] = lambda _text: None,
    column: str | None = None,
) -> str:
    """Return a file for Canvas's Gradebook > Import: a row a student, a column an assignment.

    What is ungraded stays empty, which Canvas leaves as it was. Students are named by their login unless a roster,
    an export of the same gradebook, knows them better. `warn` is told where the two differ. column: the heading, of the
    only assignment. Raises `CourseError` where two results are one student's.
    """
    assignments = list(dict.fromkeys(r.assignment for r in results))
    if column is not None and len(assignments) != 1:
        raise CourseError(f"--column: the results are of {len(assignments)} assignments, and it names one")
    points = {r.assignment: r.max_score for r in results}
    titles = [column or background.title(a) for a in assignments]
    columns = [_column(roster, title, points[a], warn) for title, a in zip(titles, assignments, strict=True)]
    rows: list[list[Cell]] = [
        [*CANVAS, *columns],
        ["    Points Possible", "", "", "", "", *(points[a] for a in assignments)],
    ]
    for student, by_assignment in _by_student(results, roster).items():
        identity = roster.find(student) if roster else None
        scores = {a: final_score(result) for a, result in by_assignment.items()}
        rows.append([*(identity or (student, "", "", student, "")), *(scores.get(a) for a in assignments)])
    return _written(rows)


def _column(roster: Roster | None, title: str, points: float, warn: Callable[[str], None]) -> str:
    """Return the roster's heading of an assignment, where it has one."""
    if roster is None:
        return title
    heading, possible = roster.column(title)
    if heading is None:
        warn(f"The roster has no column {title!r}, so the import makes a new one: name another with --column")
    elif possible is not None and not math.isclose(possible, points):
        warn(f"{heading!r} has {possible:g} points in the roster, and {points:g} here: make them agree")
    return heading or title


def _by_student(results: Sequence[Result], roster: Roster | None) -> dict[str, dict[str, Result]]:
    """Return results by student and assignment. Raises `CourseError` where two are one student's."""
    found: dict[str, dict[str, Result]] = {}
    owners: dict[object, Result] = {}
    for result in results:
        identity = roster.find(result.student) if roster else None
        other = owners.setdefault((identity or result.student, result.assignment), result)
        if other is not result:
            raise CourseError(
                f"two results of {result.assignment} are one student's: {other.student} ({other.path}) and "
                f"{result.student} ({result.path}); remove one, and grade with --only"
            )
        found.setdefault(result.student, {})[result.assignment] = result
    return found


def moodle(results: Sequence[Result], background: Background, roster: Roster | None = None) -> str:
    """Return a file for Moodle's Grades > Import > CSV: username, and a grade and its feedback for each assignment.

    Who has no grade is left out: Moodle would take feedback without a grade as an empty grade.
    """
    assignments = list(dict.fromkeys(r.assignment for r in results))
    header = ["Username"]
    for assignment in assignments:
        header += [background.title(assignment), f"{background.title(assignment)} (Feedback)"]
    rows: list[list[Cell]] = [list(header)]
    for student, by_assignment in _by_student([r for r in results if r.score is not None], roster).items():
        identity = roster.find(student) if roster else None
        row: list[Cell] = [identity[3] or student if identity else student]
        for assignment in assignments:
            graded = by_assignment.get(assignment)
            row += [None, None] if graded is None else [final_score(graded), feedback(graded)]
        rows.append(row)
    return _written(rows)


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
