"""One run of `nbgrader autograde`: its course, and one grader for all the submissions that it converts in turn."""

import weakref
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import settings as courses
from autograder.course.choosing import Submission, inside
from autograder.course.copies import finished
from autograder.course.settings import Course
from autograder.errors import CourseError
from autograder.grading.grader import Grader
from autograder.grading.run import Job, grading
from autograder.nbgrader import gradebook, guarding
from autograder.result import Result


@dataclass(eq=False)
class AutogradeRun:
    """Grades submissions of one assignment, one after another."""

    course: Course
    assignment: str
    coursedir: Any  # nbgrader's, which knows where a student's folder is
    grader: Grader
    root: Path

    def submission(self, student: str) -> Submission:
        """Return the file that counts in a student's folder: the same that `autograder grade` takes."""
        place = self.coursedir.format_path(self.coursedir.submitted_directory, student, self.assignment)
        found = inside(student, self.assignment, Path(place), guarding.inner(self.coursedir))
        return finished(found, self.root)

    def grade(self, student: str) -> Result:
        """Grade one student's submission, or take its result from those that are kept."""
        return self.grader.grade(self.submission(student))


def begin(coursedir: Any) -> AutogradeRun:
    """Set up grading for nbgrader's `CourseDirectory`; the worker server ends when the session is let go.

    Raises `CourseError` or `MachineError` before anything is graded, where nothing could be.
    """
    root = courses.find_root(Path(coursedir.root))
    course, assignment = courses.load(root), coursedir.assignment_id
    if assignment not in course.assignments:
        known = ", ".join(course.assignments)
        raise CourseError(f"{root / courses.FILE}: there is no assignment {assignment!r}; there are: {known}")
    with gradebook.opened(coursedir.db_url) as book:
        gradebook.agree(gradebook.known_cells(book, assignment), assignment, course.assignments[assignment])
        gradebook.set_deadline(book, course, assignment)
    servers = ExitStack()
    grader = servers.enter_context(grading(Job(root, (assignment,), "course", keep=True)))
    session = AutogradeRun(course, assignment, coursedir, grader, root)
    weakref.finalize(session, servers.close)
    return session
