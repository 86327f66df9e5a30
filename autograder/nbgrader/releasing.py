"""What `nbgrader generate_assignment` does besides nbgrader's own steps: see that points agree, record public cases."""

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.author import release, solution
from autograder.course import settings as courses
from autograder.errors import CourseError
from autograder.nbgrader import gradebook
from autograder.nbgrader.reading import MARKS
from autograder.nbgrader.restoring import Marked


class CheckedExporter(NotebookExporter):
    """Looks at what is to be released before nbgrader does anything: what is wrong is one sentence, no traceback."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        try:
            _require_releasable(self.parent.coursedir)
        except CourseError as error:
            self.log.error("%s", error)
            sys.exit(1)


def _require_releasable(coursedir: Any) -> None:
    name = coursedir.assignment_id
    root = courses.find_root(Path(coursedir.root))
    settings = courses.load(root).assignments.get(name)
    if settings is not None:
        source = solution.notebook_of(root, name)
        release.made(root, name)
        gradebook.agree(_marked_in(source), name, settings)


def _marked_in(source: Path) -> tuple[Marked, ...]:
    """Return the marked cells of a solution notebook as the gradebook will know them."""
    return tuple(
        Marked(
            grade_id=str(marks.get("grade_id", "")),
            cell_type=cell.cell_type,
            source=cell.source,
            checksum=None,
            locked=bool(marks.get("locked")),
            grade=bool(marks.get("grade")),
            solution=bool(marks.get("solution")),
            task=bool(marks.get("task")),
            points=float(marks.get("points") or 0),
        )
        for cell in nbformat.read(source, as_version=4).cells
        if (marks := cell.metadata.get(MARKS))
    )


class CourseAgrees(NbGraderPreprocessor):  # type: ignore[misc]
    """After `SaveCells`: the grade cells must agree with course.yaml, whose deadline goes into the gradebook."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Change nothing. Raises `CourseError`, for which nbgrader releases nothing."""
        names = resources["nbgrader"]
        course = courses.load(courses.find_root(Path(self.parent.parent.coursedir.root)))
        settings = course.assignments.get(names["assignment"])
        if settings is not None:
            with Gradebook(names["db_url"]) as book:
                gradebook.agree(gradebook.known_cells(book, names["assignment"]), names["assignment"], settings)
                gradebook.set_deadline(book, course, names["assignment"])
        return nb, resources


class RecordCases(NbGraderPreprocessor):  # type: ignore[misc]
    """Last: writes the public cases beside the stub, whose folder nbgrader has just emptied."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Change nothing in the notebook. Raises `CourseError`."""
        converter = self.parent.parent
        assignment = resources["nbgrader"]["assignment"]
        root = courses.find_root(Path(converter.coursedir.root))
        if assignment in courses.load(root).assignments:
            release.record(root, assignment, Path(converter._format_dest(assignment, ".")))
        return nb, resources
