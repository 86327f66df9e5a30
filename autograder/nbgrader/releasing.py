"""What `nbgrader generate_assignment` does besides nbgrader's own steps: see that points agree, record public cases."""

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder import course as courses
from autograder.author import release
from autograder.nbgrader import gradebook


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
