"""One run of `nbgrader autograde`: its course, and a grader that is set up at the first submission and kept for all."""

import weakref
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder import course as courses
from autograder.course import Course
from autograder.errors import CourseError
from autograder.grader import Grader
from autograder.nbgrader import gradebook
from autograder.result import Result
from autograder.run import Order, grading
from autograder.submissions import Handed, find


@dataclass(eq=False)
class Session:
    """Grades an assignment's submissions one after another. The worker server ends when the session is let go."""

    root: Path
    course: Course
    assignment: str
    coursedir: Any  # nbgrader's, which knows where a student's folder is
    _open: ExitStack = field(default_factory=ExitStack)
    _grader: Grader | None = None

    def __post_init__(self) -> None:
        weakref.finalize(self, self._open.close)

    def handed(self, student: str) -> Handed:
        """Return the file that counts in a student's folder: the same that `autograder grade` takes."""
        folder = self.coursedir.format_path(self.coursedir.submitted_directory, student, self.assignment)
        return replace(find([Path(folder)], self.course, self.assignment)[0], student=student)

    def grade(self, student: str) -> Result:
        """Grade one student's submission, or take its result from those that are kept."""
        if self._grader is None:
            self._grader = self._open.enter_context(grading(Order(self.root, (self.assignment,), "course", keep=True)))
        return self._grader.grade(self.handed(student))


def begin(coursedir: Any) -> Session:
    """Load the course around nbgrader's `CourseDirectory` and see that the gradebook agrees. Raises `CourseError`."""
    root = courses.find_root(Path(coursedir.root))
    course, assignment = courses.load(root), coursedir.assignment_id
    if assignment not in course.assignments:
        known = ", ".join(course.assignments)
        raise CourseError(f"{root / courses.FILE}: there is no assignment {assignment!r}; there are: {known}")
    with gradebook.opened(coursedir.db_url) as book:
        gradebook.agree(gradebook.known_cells(book, assignment), assignment, course.assignments[assignment])
        gradebook.set_deadline(book, course, assignment)
    return Session(root, course, assignment, coursedir)
