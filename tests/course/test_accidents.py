"""Accidents that say nothing of the answer: cells of another type, foreign kernels, a blank original beside a copy."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.course.choosing import Submission
from autograder.course.copies import finished
from autograder.course.notebook import InvalidSubmission, read_submission

CODE = "def softmax(x):\n    return x\n"
MARKS = {"grade_id": "cell-1", "solution": True, "grade": False, "locked": False, "schema_version": 3}


def cell(kind: str, source: str, **marks: Any) -> dict[str, Any]:
    """Return a cell, with nbgrader's marks where there are any."""
    return {"cell_type": kind, "source": source, "metadata": {"nbgrader": marks} if marks else {}}


def notebook(path: Path, *cells: dict[str, Any], **metadata: Any) -> Path:
    """Write a notebook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
    return path


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize("more", [{"cell_type": "code"}, {}, {"cell_type": "code", "grade": True}])
def test_a_cell_to_solve_that_became_text_is_code(tmp_path: Path, kind: str, more: dict[str, Any]) -> None:
    """Esc-M or Esc-R by accident; marks of any schema say that it was code."""
    found = read_submission(notebook(tmp_path / "a.ipynb", cell(kind, CODE, **MARKS | more)))

    assert [c.source for c in found.cells] == [CODE]
    assert found.notes == (
        f"cell 1, a cell to solve, had become a {kind.capitalize()} cell: its text was graded as code",
    )


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {**MARKS, "solution": False},
        {**MARKS, "task": True, "cell_type": "code"},
        {**MARKS, "cell_type": "markdown"},
        {**MARKS, "grade": True},
        {"grade_id": 3, "solution": "yes"},
    ],
)
def test_other_text_is_no_code(tmp_path: Path, marks: dict[str, Any]) -> None:
    """Text of the student's own, a question that is answered in words, marks that are none."""
    found = read_submission(notebook(tmp_path / "a.ipynb", cell("markdown", CODE, **marks)))

    assert (found.cells, found.notes) == ((), ())


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "ir", "language": "R"}},
        {"kernelspec": {"language": "R"}, "language_info": {"name": "python"}},
        {"kernelspec": {"name": "julia-1.9", "language": "julia"}, "language_info": {"name": "julia"}},
    ],
)
@pytest.mark.parametrize("code", [CODE, "x = 1\nfrom mxnet import nd\n", "@f\ndef g(a,\n  b): return a\ndef h(): pass"])
def test_python_under_another_language_s_kernel_is_graded(tmp_path: Path, metadata: Any, code: str) -> None:
    """The kernel was chosen by accident; as nbgrader does, with a note."""
    lines = cell("code", code) | {"source": code.splitlines(keepends=True)}
    for one in (cell("code", code), lines):
        found = read_submission(notebook(tmp_path / "a.ipynb", one, **metadata))
        assert [c.source for c in found.cells] == [code]
        language = metadata["kernelspec"]["language"]
        assert found.notes == (f"the notebook's kernel is for {language!r}: its code is Python and was graded as such",)


@pytest.mark.parametrize("code", ["softmax <- function(x) x", "function f(x)\nend", "def f(x: Int): Int = x + 1", ""])
def test_another_language_s_code_is_refused(tmp_path: Path, code: str) -> None:
    """R, Julia, Scala's one-line form aside: nothing in it is Python alone."""
    path = notebook(tmp_path / "a.ipynb", cell("code", code), kernelspec={"language": "R"})
    if code.startswith("def"):  # reads like Python: the child says what is wrong with it
        assert read_submission(path).notes
        return
    with pytest.raises(InvalidSubmission, match="choose a Python kernel"):
        read_submission(path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course that has released a stub."""
    notebook(tmp_path / "assignments/hw/hw.ipynb", cell("markdown", "# Text"), cell("code", "raise X"))
    return tmp_path


def handed_in(root: Path, **codes: str) -> Submission:
    """Hand in notebooks by the names of files; `hw` is the one that is chosen by its name."""
    folder = root / "submitted/anna/hw"
    for name, code in codes.items():
        notebook(folder / f"{name.replace('__', '-')}.ipynb", cell("code", code))
    return Submission("anna", "hw", folder / "hw.ipynb", inner=3)


def test_a_finished_copy_beside_the_blank_original_counts(root: Path) -> None:
    """Whatever it is called; text cells don't count."""
    found = finished(handed_in(root, hw="raise X", hw__Copy1=CODE), root)

    assert (found.path.name, found.note) == (
        "hw-Copy1.ipynb",
        "hw.ipynb is as it was released: graded is hw-Copy1.ipynb",
    )


def test_of_several_the_copy_by_name_counts_else_nobody_guesses(root: Path) -> None:
    """A scratch notebook beside it is none; two copies are one too many, and are named."""
    assert finished(handed_in(root, hw="raise X", hw__Copy1=CODE, scratch="1"), root).path.name == "hw-Copy1.ipynb"
    found = finished(handed_in(root, hw__Copy2="2"), root)
    assert found.path.name == "hw.ipynb"
    assert found.note is not None
    assert "which of hw-Copy1.ipynb, hw-Copy2.ipynb, scratch.ipynb is meant cannot be told" in found.note


def test_a_finished_original_counts_and_what_lies_beside_is_named(root: Path) -> None:
    """Also where the course has released nothing; alone, or beside another blank, there is nothing to say."""
    assert finished(handed_in(root, hw=CODE), root).note is None
    assert finished(handed_in(root, hw=CODE, other="1"), root).note == "graded is hw.ipynb; beside it lies other.ipynb"
    assert finished(handed_in(root, hw="raise X", other="raise X"), root).note is None


def test_files_named_for_students_are_not_each_other_s_copies(root: Path) -> None:
    """In a folder of such files the others are classmates'."""
    one = Submission("hw", "hw", handed_in(root, hw="raise X", other=CODE).path)

    assert finished(one, root) == one


def test_a_copy_that_is_a_link_is_not_followed(root: Path) -> None:
    """It may lead to the solution."""
    one = handed_in(root, hw="raise X")
    (one.path.parent / "hw-Copy1.ipynb").symlink_to(notebook(root / "solution.ipynb", cell("code", CODE)))

    assert finished(one, root).path == one.path
