"""The instructor's marked cells, put back where a student deleted, doubled, edited or invented some.

nbgrader restores the text of cells that are there. What it trusts a submission with, this does not: whether a cell is
a grade cell at all, what it is worth, and that it exists. The gradebook knows each of these.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.nbgrader.harmless import make_harmless
from autograder.nbgrader.reading import MARKS, notebook

SCHEMA = 3  # of nbgrader's marks in a cell


@dataclass(frozen=True)
class Marked:
    """One marked cell as the gradebook knows it."""

    grade_id: str
    cell_type: str
    source: str
    checksum: str | None
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float | None

    @property
    def judged(self) -> bool:
        """Whether its score comes from running code: such a cell is worth points and holds no answer."""
        return self.grade and not self.solution and self.cell_type == "code"

    @property
    def wanted(self) -> bool:
        """Whether it must be there: what has a score or a comment of the grader's must be shown somewhere."""
        return self.grade or self.task


def marked_cells(gradebook: Any, notebook_id: str, assignment: str) -> tuple[Marked, ...]:
    """Return the marked cells of a notebook in their order. Raises nbgrader's `MissingEntry`."""
    known = gradebook.find_notebook(notebook_id, assignment)
    graded = {cell.name: cell.max_score for cell in known.grade_cells}
    tasks = {cell.name: cell.max_score for cell in known.task_cells}
    solutions = {cell.name for cell in known.solution_cells}
    return tuple(
        Marked(
            grade_id=cell.name,
            cell_type=cell.cell_type,
            source=cell.source,
            checksum=cell.checksum,
            locked=cell.locked,
            grade=cell.name in graded,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            points=graded.get(cell.name, tasks.get(cell.name)),
        )
        for cell in known.source_cells
    )


def restore(submission: NotebookNode | None, cells: Sequence[Marked]) -> NotebookNode:
    """Return the notebook with each marked cell once at most, as the gradebook knows it, and none missing that counts.

    Of a cell that stands several times the last counts, as with nbgrader; the others stay as plain cells. `handed`
    None gives the cells that count alone.
    """
    by_id = {cell.grade_id: cell for cell in cells}
    kept: list[NotebookNode] = []
    place: dict[str, NotebookNode] = {}
    for cell in reversed(submission.cells if submission is not None else []):
        marks = cell.metadata.pop(MARKS, {})
        grade_id = marks.get("grade_id")
        known = by_id.get(grade_id) if isinstance(grade_id, str) and grade_id not in place else None
        made = _marked(known, cell) if known is not None else cell
        if known is not None:
            place[known.grade_id] = made
        kept.append(made)
    kept.reverse()
    previous: NotebookNode | None = None
    for known in cells:
        if known.grade_id not in place and known.wanted:
            place[known.grade_id] = made = _marked(known, None)
            at = next((i + 1 for i, cell in enumerate(kept) if cell is previous), 0)
            kept.insert(at, made)
        previous = place.get(known.grade_id, previous)
    return notebook(kept)


def _marked(known: Marked, cell: NotebookNode | None) -> NotebookNode:
    """Return a cell with the gradebook's marks, and the student's text where that is what is graded."""
    source = known.source if known.locked or cell is None else cell.source
    made = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell}.get(known.cell_type, v4.new_raw_cell)(source)
    if known.cell_type == "markdown" and cell is not None and "attachments" in cell:
        made["attachments"] = cell["attachments"]
    made.metadata[MARKS] = NotebookNode(
        schema_version=SCHEMA,
        grade_id=known.grade_id,
        grade=known.grade,
        solution=known.solution,
        task=known.task,
        locked=known.locked,
        checksum=known.checksum,
        cell_type=known.cell_type,
    )
    if known.points is not None:
        made.metadata[MARKS]["points"] = known.points
    return made


class RestoreCells(NbGraderPreprocessor):  # type: ignore[misc]
    """The step of `nbgrader autograde` that does this, in front of nbgrader's own."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Put the marked cells back into a submission, and make the text of its own cells harmless."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            cells = marked_cells(gradebook, names["notebook"], names["assignment"])
        made = restore(nb, cells)
        marked = {cell.source for cell in cells if cell.cell_type != "code"}
        trusted = marked | _released(self.parent.parent.coursedir, names)
        make_harmless(made, trusted, {cell.grade_id for cell in cells})
        return made, resources


def _released(coursedir: Any, names: Any) -> set[str]:
    """Return the text cells that students were given; nothing where the release is not kept."""
    folder = coursedir.format_path(coursedir.release_directory, ".", names["assignment"])
    path = Path(folder) / f"{names['notebook']}.ipynb"
    cells = nbformat.read(path, as_version=4).cells if path.is_file() else []
    return {cell.source for cell in cells if cell.cell_type != "code"}
