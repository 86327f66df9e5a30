"""Results -> rows of nbgrader's gradebook, through nbgrader's own API: what `nbgrader autograde` would write.

A grade of the grader's hand is never touched. What could not be graded gets no score and is marked for attention.
"""

import math
import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import UTC
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import compute_checksum
from traitlets.config.loader import Config, ConfigFileNotFound, PyFileConfigLoader

from autograder.course import late
from autograder.course.settings import Assignment, Course
from autograder.course.submissions import Submission
from autograder.errors import CourseError
from autograder.nbgrader import reading
from autograder.nbgrader.reading import MARKS
from autograder.nbgrader.restoring import Marked, marked_cells, restore
from autograder.result import Result

CONFIG = "nbgrader_config"
NO_RESPONSE = "No response."  # nbgrader's words for a cell to solve that is as it was released


def opened(url: str) -> AbstractContextManager[Any]:
    """Open the gradebook at a database URL."""
    gradebook: AbstractContextManager[Any] = Gradebook(url)
    return gradebook


def url_of(root: Path) -> str:
    """Return the URL of the gradebook that nbgrader uses in the course's folder, as its own configuration says.

    Raises `CourseError` where a configuration file cannot be run.
    """
    config = Config()
    for folder in (*reversed(jupyter_config_path()), str(root)):
        try:
            config.merge(PyFileConfigLoader(f"{CONFIG}.py", path=folder).load_config())
        except ConfigFileNotFound:
            continue
        except Exception as error:  # noqa: BLE001 - the instructor's own code may raise anything
            raise CourseError(f"{Path(folder) / CONFIG}.py: cannot be run ({type(error).__name__}: {error})") from None
    config.CourseDirectory.setdefault("root", str(root.resolve()))
    return str(CourseDirectory(config=config).db_url)


def known_cells(gradebook: Any, assignment: str) -> tuple[Marked, ...]:
    """Return the marked cells of an assignment's notebook, which has its name. Raises `CourseError`."""
    try:
        return marked_cells(gradebook, assignment, assignment)
    except MissingEntry:
        raise CourseError(
            f"the gradebook does not know {assignment}: run `nbgrader generate_assignment {assignment}` first"
        ) from None


def agree(cells: Iterable[Marked], name: str, settings: Assignment) -> None:
    """Refuse grade cells that disagree with course.yaml. Raises `CourseError`.

    Every exercise has one cell, worth its points; a cell of tests that is no exercise would have to be run, which
    nothing here does, and nbgrader gives full points to a grade cell that was not run.
    """
    where = f"solutions/{name}/{name}.ipynb"
    judged = {cell.grade_id: cell.points or 0.0 for cell in cells if cell.judged}
    for grade_id, points in judged.items():
        if grade_id not in settings.exercises:
            raise CourseError(
                f"{where}: the grade cell {grade_id!r} is no exercise of course.yaml (assignments.{name}.exercises): "
                "name it for one, or make it a manually graded cell"
            )
        expected = settings.exercises[grade_id].points
        if not math.isclose(points, expected):
            raise CourseError(
                f"{where}: the grade cell {grade_id!r} is worth {points:g} points, but course.yaml gives it "
                f"{expected:g} (assignments.{name}.exercises.{grade_id}.points): make them agree"
            )
    for exercise in settings.exercises:
        if exercise not in judged:
            raise CourseError(f"{where}: no grade cell is named {exercise!r}, which course.yaml lists as an exercise")


def name_problem(student: str) -> str | None:
    """Say why a student cannot be in the gradebook: nbgrader writes names into its pages as they are."""
    if not re.search(r'[<>"\\\x00-\x1f\x7f]', student):
        return None
    return (
        f"{student!r} is NOT in the gradebook: nbgrader's pages would take the <, >, quotation mark, backslash or "
        "control character in that name as their own; rename the student's folder and run the same command again"
    )


def set_deadline(gradebook: Any, course: Course, assignment: str) -> None:
    """Put course.yaml's deadline into the gradebook, where nbgrader computes lateness; extensions there still count."""
    deadline = course.late.deadlines.get(assignment) if course.late is not None else None
    if deadline is not None:
        gradebook.update_or_create_assignment(assignment, duedate=deadline.isoformat())


def set_handed_in(gradebook: Any, course: Course, submission: Submission) -> str | None:
    """Put the time when work with a deadline was handed in into the gradebook, also where no timestamp.txt tells.

    Return why, where nobody can tell when that was: then it has none, and nothing is taken off.
    """
    if course.late is None or submission.assignment not in course.late.deadlines:
        return None
    when, why = None, None
    try:
        when = late.handed_in(submission.path, submission.inner).isoformat()
    except late.UnknownTime as error:
        why = str(error)
    row = gradebook.update_or_create_submission(submission.assignment, submission.student, timestamp=when)
    own = course.late.extensions.get(submission.assignment, {}).get(submission.student)
    if own is not None:  # an extension that was granted in the gradebook alone stays
        row.extension = own - course.late.deadlines[submission.assignment]
        gradebook.db.commit()
    return why


def set_scores(gradebook: Any, submission: Submission, result: Result) -> None:
    """Write the scores of one submission: its exercises', zeros where it is invalid, none where it is ungraded."""
    scores = {exercise.name: exercise.score for exercise in result.exercises}
    for cell in known_cells(gradebook, submission.assignment):
        if not cell.judged:
            continue
        grade = gradebook.find_grade(cell.grade_id, submission.assignment, submission.assignment, submission.student)
        grade.auto_score = None if result.status == "ungraded" else scores.get(cell.grade_id, 0.0)
        grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
    gradebook.db.commit()


def prepare(root: Path, course: Course, assignments: Iterable[str]) -> str:
    """See that the gradebook knows the assignments as course.yaml does; return its URL. Raises `CourseError`."""
    names = list(assignments)
    url = url_of(root)
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.is_file():
        raise CourseError(f"{file} is missing: run `nbgrader generate_assignment {names[0]}` first")
    with opened(url) as gradebook:
        for name in names:
            agree(known_cells(gradebook, name), name, course.assignments[name])
            set_deadline(gradebook, course, name)
    return url


def write(url: str, course: Course, submission: Submission, result: Result) -> None:
    """Write all that nbgrader keeps of one submission: student, time, scores, comments and the late penalty."""
    name, student = submission.assignment, submission.student
    with opened(url) as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(name, student)
        set_handed_in(gradebook, course, submission)
        set_scores(gradebook, submission, result)
        _set_comments(gradebook, course, submission, result)
        row = gradebook.find_submission(name, student)
        notebook = gradebook.find_submission_notebook(name, name, student)
        seconds = row.total_seconds_late
        notebook.late_submission_penalty = (
            late.penalty(course.late, notebook.score, seconds, row.timestamp.replace(tzinfo=UTC))
            if course.late is not None and seconds > 0
            else None
        )
        gradebook.db.commit()


def _set_comments(gradebook: Any, course: Course, submission: Submission, result: Result) -> None:
    """Say of each cell to solve whether it is as it was released, as nbgrader does."""
    name = submission.assignment
    max_bytes = course.limits.notebook_mb << 20
    page = None if result.status == "invalid" else reading.read(submission.path, max_bytes, submission.inner)
    for cell in restore(page, known_cells(gradebook, name)).cells:
        marks = cell.metadata.get(MARKS, {})
        if not (marks.get("solution") or marks.get("task")):
            continue
        untouched = not marks["task"] and marks["checksum"] == compute_checksum(cell)
        comment = gradebook.find_comment(marks["grade_id"], name, name, submission.student)
        comment.auto_comment = NO_RESPONSE if untouched else None
    gradebook.db.commit()
