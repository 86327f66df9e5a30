"""Facts about grade cells and course.yaml: they agree exercise by exercise, or one sentence says where they don't."""

from dataclasses import replace

import pytest

from autograder.course.settings import Assignment, Exercise
from autograder.errors import CourseError
from autograder.nbgrader.gradebook import agree, name_problem
from autograder.nbgrader.restoring import Marked

SETTINGS = Assignment(title="t", points=6.0, exercises={"f": Exercise(points=4.0), "g": Exercise(points=2.0)})


def cell(grade_id: str, points: float) -> Marked:
    """Return a cell of tests."""
    return Marked(grade_id, "code", "", None, True, grade=True, solution=False, task=False, points=points)


F, G = cell("f", 4.0), cell("g", 2.0)


def test_cells_that_agree_pass_and_manual_ones_are_free() -> None:
    """Exercises have their points; an answer that is graded by hand may be worth anything."""
    essay = replace(cell("essay", 10.0), solution=True, cell_type="markdown")

    agree([F, G, essay], "hw", SETTINGS)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([F, cell("g", 3.0)], "'g' is worth 3 points, but course.yaml gives it 2"),
        ([F, G, cell("h", 1.0)], "'h' is no exercise of course.yaml"),
        ([F], "no grade cell is named 'g'"),
        ([F, replace(G, solution=True)], "no grade cell is named 'g'"),
    ],
    ids=["points", "unknown", "missing", "by hand"],
)
def test_cells_that_disagree_are_the_authors_fault(cells: list[Marked], reason: str) -> None:
    """A cell that nbgrader would give full points to without having run it is refused, as are other points."""
    with pytest.raises(CourseError, match=reason):
        agree(cells, "hw", SETTINGS)


@pytest.mark.parametrize("name", ["<b>", 'a"b', "a\\b", "a\nb", "\x1b[1m"])
def test_a_name_that_nbgraders_pages_would_obey_is_refused(name: str) -> None:
    """nbgrader writes names into its pages and their scripts as they are; the sentence says what to do."""
    problem = name_problem(name)
    assert problem is not None
    assert "rename the student's folder" in problem


@pytest.mark.parametrize("name", ["Zoë O'Brien", "s001", "Müller, Jörg (2)", "a&b", "x@y.org"])
def test_a_name_of_a_person_is_kept(name: str) -> None:
    """Letters of any kind, apostrophes and the like do nothing on a page."""
    assert name_problem(name) is None
