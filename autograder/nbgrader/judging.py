"""The parts of `nbgrader autograde` that this grader replaces: reading a submission, running it, what late costs."""

import re
import sys
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade

from autograder.course import late
from autograder.errors import CourseError, MachineError
from autograder.nbgrader import gradebook, reading, session, showing
from autograder.nbgrader.reading import MARKS
from autograder.nbgrader.session import AutogradeRun


class JudgedExporter(NotebookExporter):
    """Reads what nbgrader's `Autograde` converts; it lives for one run of the command, and so does its `session`."""

    session: AutogradeRun

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        coursedir = self.parent.coursedir
        try:
            self.session = session.begin(coursedir)
        except (
            CourseError,
            MachineError,
        ) as error:  # nothing can be graded: say so once, as nbgrader ends where it can't go on
            self.log.error("%s", error)
            sys.exit(1)
        self._leave_out_names()

    def _leave_out_names(self) -> None:
        """Take out of what is about to be converted whoever cannot be in the gradebook, before nbgrader adds them."""
        pattern = self.parent._format_source("(?P<assignment>.*)", "(?P<student>.*)", escape=True)
        for folder in list(self.parent.assignments):
            found = re.match(pattern, folder)
            if found is not None and (problem := gradebook.name_problem(found["student"])):
                self.log.error("%s", problem)
                del self.parent.assignments[folder]

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Convert one file: a submission whatever it looks like, or the notebook that was made of it."""
        if not self.parent._sanitizing:
            return super().from_filename(filename, resources=resources, **kw)
        submission = self.session.submission(resources["nbgrader"]["student"])
        max_bytes = self.session.course.limits.notebook_mb << 20
        there = submission.problem is None and submission.fault is None
        page = reading.read(submission.path, max_bytes, submission.inner) if there else None
        made: tuple[Any, Any] = self.from_notebook_node(  # type: ignore[no-untyped-call]
            page or reading.notebook([]), resources=resources, **kw
        )
        return made


class Judge(NbGraderPreprocessor):  # type: ignore[misc]
    """In place of nbgrader's `Execute`: puts each exercise's judged result into its grade cell, and runs nothing."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Fill the grade cells. Raises `MachineError` where the submission could not be graded: it gets no score."""
        names = resources["nbgrader"]
        current: AutogradeRun = self.parent.session
        submission = current.submission(names["student"])
        result = current.grade(names["student"])
        with gradebook.opened(names["db_url"]) as book:
            unknown = gradebook.set_handed_in(book, current.course, submission)
            if result.status == "ungraded":
                gradebook.set_scores(book, submission, result)
        if result.status == "ungraded":
            why = (result.reason or "").rstrip(".")
            raise MachineError(
                f"{names['student']} is NOT GRADED, through no fault of the submission: {why}. The gradebook "
                "marks it for attention, without a score; run the same command again once this is fixed."
            )
        if unknown is not None:
            why = f"{late.UNKNOWN}, so nothing is taken off for lateness: {unknown}"
            self.log.warning("%s: %s", names["student"], why)
        told = f"{result.score:g} of {result.max_score:g} points" if result.status == "graded" else result.reason
        self.log.info("%s: %s", names["student"], told)
        for cell in nb.cells:
            if is_grade(cell) and cell.cell_type == "code" and not cell.metadata[MARKS]["solution"]:
                marks = cell.metadata[MARKS]
                cell.outputs = showing.outputs(result, marks["grade_id"], float(marks["points"]))
        return nb, resources


class LatePenalty(LateSubmissionPlugin):  # type: ignore[misc]
    """nbgrader's plugin for late work, by course.yaml's rules. nbgrader asks it about what came after its deadline."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points to take off."""
        current: AutogradeRun = self.parent.parent.session
        rules = current.course.late
        if rules is None:
            return super().late_submission_penalty(student_id, score, total_seconds_late)  # type: ignore[no-any-return]
        submission = current.submission(student_id)
        try:
            when = late.handed_in(submission.path, submission.inner)
        except late.UnknownTime:
            when = None
        return late.penalty(rules, score, total_seconds_late, when)


def choose_file(assignment: str, student: str, notebooks: list[str]) -> None:
    """Let a notebook under another name count, as `autograder grade` does: nbgrader's hook in front of a submission.

    nbgrader passes over names that the gradebook does not know, then stops; so it is given the name that it expects.
    """
    folders = {Path(path).parent for path in notebooks}
    if len(folders) == 1:
        notebooks[:] = [str(folders.pop() / f"{assignment}.ipynb")]
