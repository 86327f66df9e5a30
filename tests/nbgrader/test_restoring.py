"""Facts about restoring: whatever was done to a notebook's marks, the instructor's cells are there, once each."""

import copy

import nbformat
import pytest
from nbformat import NotebookNode, v4
from nbgrader.nbgraderformat import MetadataValidator

from autograder.nbgrader import reading
from autograder.nbgrader.restoring import Marked, restore


def marked(grade_id: str, source: str, *, locked: bool = True, points: float | None = None, **marks: bool) -> Marked:
    """Return a marked code cell as the gradebook knows it."""
    kinds = {"grade": points is not None, "solution": False, "task": False} | marks
    return Marked(grade_id, "code", source, "0" * 32, locked, points=points, **kinds)


CELLS = (
    marked("setup", "import mxnet"),
    marked("f-solution", "def f(): raise NotImplementedError()", locked=False, solution=True),
    marked("f", 'check("f")', points=4.0),
    marked("g", 'check("g")', points=2.0),
)


def submission(*cells: tuple[str, dict[str, object] | None]) -> NotebookNode:
    """Return a notebook of code cells, each with its text and its marks."""
    made = [
        v4.new_code_cell(source, metadata={"nbgrader": marks} if marks is not None else {}) for source, marks in cells
    ]
    return reading.notebook(made)


def marks_of(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Return grade_id and text of each cell that carries marks, in order."""
    return [(c.metadata.nbgrader.grade_id, c.source) for c in notebook.cells if "nbgrader" in c.metadata]


@pytest.mark.parametrize(
    "page",
    [
        None,
        submission(),
        submission(("x = 1", None)),
        submission(("4.0", {"grade_id": "f", "grade": False, "points": 99, "locked": False, "solution": True})),
        submission(*[("again", {"grade_id": "g"})] * 3),
        submission(("a", {"grade_id": []}), ("b", {"grade_id": None}), ("c", {}), ("d", {"grade": True, "points": 7})),
    ],
    ids=["nothing", "empty", "unmarked", "edited", "tripled", "nonsense"],
)
def test_each_grade_cell_is_there_once_as_the_instructor_wrote_it(page: NotebookNode | None) -> None:
    """Grade cells have the gradebook's text and points, and no other cell carries points."""
    restored = restore(copy.deepcopy(page), CELLS)

    points = {c.metadata.nbgrader.grade_id: (c.source, c.metadata.nbgrader.points) for c in restored.cells if graded(c)}
    assert points == {"f": ('check("f")', 4.0), "g": ('check("g")', 2.0)}
    assert sum(graded(c) for c in restored.cells) == 2
    MetadataValidator().validate_nb(restored)
    nbformat.validate(restored)


def graded(cell: NotebookNode) -> bool:
    """Whether nbgrader would put a score on a cell."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade", False))


def test_what_the_student_wrote_stays() -> None:
    """A cell to solve keeps the student's text; so does a cell that lost its marks."""
    page = submission(("mine", {"grade_id": "f-solution"}), ("my own cell", {"grade_id": "unknown", "locked": True}))

    assert [c.source for c in restore(page, CELLS).cells if c.source.startswith("m")] == ["mine", "my own cell"]


def test_of_several_cells_to_solve_the_last_counts() -> None:
    """As with nbgrader, the last of several cells of one id carries the mark; the earlier ones stay without."""
    page = submission(("first", {"grade_id": "f-solution"}), ("last", {"grade_id": "f-solution"}))
    restored = restore(page, CELLS)

    assert ("f-solution", "last") in marks_of(restored)
    assert [c.source for c in restored.cells if "nbgrader" not in c.metadata] == ["first"]


def test_a_missing_cell_comes_back_behind_the_one_before_it() -> None:
    """A grade cell that was deleted stands behind the last marked cell before it that is there."""
    page = submission(("import mxnet", {"grade_id": "setup"}), ("mine", {"grade_id": "f-solution"}), ("plot()", None))

    assert [c.source for c in restore(page, CELLS).cells] == [
        "import mxnet",
        "mine",
        'check("f")',
        'check("g")',
        "plot()",
    ]


def test_a_cell_of_another_kind_becomes_the_kind_that_it_was() -> None:
    """A locked code cell that was turned into text is code again."""
    cell = v4.new_markdown_cell("text", metadata={"nbgrader": {"grade_id": "f"}})
    (restored,) = (c for c in restore(reading.notebook([cell]), CELLS).cells if c.source == 'check("f")')

    assert restored.cell_type == "code"
    assert restored.outputs == []
