"""Facts about releasing: the stub is the solution notebook without the four bodies, and nothing else changes."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.author.release import release
from autograder.errors import CourseError

ROOT = Path(__file__).resolve().parents[2]
SOLUTION = ROOT / "solutions/softmax_regression/softmax_regression.ipynb"
STUB = ROOT / "assignments/softmax_regression/softmax_regression.ipynb"
FUNCTIONS = ("softmax", "cross_entropy", "SGD", "evaluate_accuracy")
REGION = re.compile(r"( *)### BEGIN SOLUTION\n(.*?)\n *### END SOLUTION", re.DOTALL)

Notebook = dict[str, Any]


def load(path: Path) -> Notebook:
    """Return the notebook as plain JSON."""
    notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def source(cell: dict[str, Any]) -> str:
    """Return the text of a cell."""
    return "".join(cell["source"])


def cell_of(notebook: Notebook, cell_id: str) -> dict[str, Any]:
    """Return the one cell with this id."""
    cell: dict[str, Any]
    (cell,) = (cell for cell in notebook["cells"] if cell["id"] == cell_id)
    return cell


def regions() -> list[str]:
    """Return the text of every solution region of the solution notebook."""
    return [text for cell in load(SOLUTION)["cells"] for _, text in REGION.findall(source(cell))]


def test_stub_on_disk_is_the_released_solution(tmp_path: Path) -> None:
    """The committed stub is, byte for byte, what releasing the committed solution gives."""
    release(SOLUTION, tmp_path / "new/stub.ipynb")

    assert (tmp_path / "new/stub.ipynb").read_bytes() == STUB.read_bytes()


def test_releasing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """A second release over the first leaves the same bytes, and no other file beside them."""
    target = tmp_path / "stub.ipynb"
    release(SOLUTION, target)
    first = target.read_bytes()
    release(SOLUTION, target)

    assert target.read_bytes() == first
    assert list(tmp_path.iterdir()) == [target]


def test_only_the_four_bodies_differ() -> None:
    """Cell by cell, the stub's text is the solution's with each region replaced by nbgrader's blank."""
    before, after = load(SOLUTION), load(STUB)
    blank = r"\1# YOUR CODE HERE\n\1raise NotImplementedError()"
    changed = []
    for old, new in zip(before["cells"], after["cells"], strict=True):
        assert (new["id"], new["cell_type"]) == (old["id"], old["cell_type"])
        assert source(new) == REGION.sub(blank, source(old))
        if source(old) != source(new):
            changed.append(new["id"])

    assert changed == [f"{name}-solution" for name in FUNCTIONS]
    assert after["metadata"] == before["metadata"]


def test_no_line_of_a_solution_is_released() -> None:
    """No line from within a solution region occurs anywhere in the stub, nor do the region's marks."""
    text = "\n".join(source(cell) for cell in load(STUB)["cells"])
    lines = [line.strip() for region in regions() for line in region.splitlines() if line.strip()]

    assert len(regions()) == len(FUNCTIONS)
    assert [line for line in lines if line in text] == []
    assert "SOLUTION" not in STUB.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_signature_and_docstring_are_kept(name: str) -> None:
    """The stub's function has its signature, its docstring and a body that raises NotImplementedError."""
    namespace: dict[str, Any] = {}
    exec(source(cell_of(load(STUB), f"{name}-solution")), namespace)
    function = namespace[name]

    assert function.__doc__.strip().endswith(".")
    with pytest.raises(NotImplementedError):
        function(*[None] * function.__code__.co_argcount)


@pytest.mark.parametrize("path", [SOLUTION, STUB], ids=["solution", "stub"])
def test_nbgrader_metadata_is_valid(path: Path) -> None:
    """Every marked cell has schema version 3 and an id of its own; the grade cells are locked and carry points."""
    marks = [cell["metadata"]["nbgrader"] for cell in load(path)["cells"] if "nbgrader" in cell["metadata"]]
    ids = [mark["grade_id"] for mark in marks]
    graded = [mark for mark in marks if mark["grade"]]

    assert {mark["schema_version"] for mark in marks} == {3}
    assert len(ids) == len(set(ids))
    assert [mark["grade_id"] for mark in graded] == [*FUNCTIONS, "training"]
    assert all(mark["points"] > 0 and mark["locked"] and not mark["solution"] for mark in graded)
    assert [mark["grade_id"] for mark in marks if mark["solution"]] == [f"{name}-solution" for name in FUNCTIONS]


@pytest.mark.parametrize("exercise", [*FUNCTIONS, "training"])
def test_grade_cells_call_check(exercise: str) -> None:
    """The grade cell of an exercise is one call of `check` with the exercise's name, and students cannot edit it."""
    cell = cell_of(load(STUB), exercise)

    assert source(cell) == f'check("{exercise}")'
    assert (cell["metadata"]["deletable"], cell["metadata"]["editable"]) == (False, False)


@pytest.mark.parametrize("path", [SOLUTION, STUB], ids=["solution", "stub"])
def test_no_outputs_are_stored(path: Path) -> None:
    """Neither notebook stores outputs or execution counts."""
    code = [cell for cell in load(path)["cells"] if cell["cell_type"] == "code"]

    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_outputs_of_the_solution_are_cleared(tmp_path: Path) -> None:
    """Outputs that an instructor saved in the solution do not reach the stub."""
    notebook = load(SOLUTION)
    cell = cell_of(notebook, "softmax-demo")
    cell["execution_count"] = 7
    cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": ["seen"]}]
    (tmp_path / "run.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    release(tmp_path / "run.ipynb", tmp_path / "stub.ipynb")

    assert (tmp_path / "stub.ipynb").read_bytes() == STUB.read_bytes()


def test_missing_source_is_the_authors_fault(tmp_path: Path) -> None:
    """A solution that is not there raises CourseError, which names the file."""
    with pytest.raises(CourseError, match=r"absent\.ipynb: the solution notebook is missing"):
        release(tmp_path / "absent.ipynb", tmp_path / "stub.ipynb")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "\0", '{"nbformat": 4, "nbformat_minor": 5, "cells": [{}]}'])
def test_unreadable_source_is_the_authors_fault(tmp_path: Path, text: str) -> None:
    """A file that is no notebook raises CourseError."""
    (tmp_path / "bad.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=r"bad\.ipynb: this is not a readable notebook"):
        release(tmp_path / "bad.ipynb", tmp_path / "stub.ipynb")


def unmarked(notebook: Notebook) -> None:
    """Leave the solution of SGD without a region."""
    cell = cell_of(notebook, "SGD-solution")
    cell["source"] = source(cell).replace("### BEGIN SOLUTION", "").replace("### END SOLUTION", "")


def unclosed(notebook: Notebook) -> None:
    """Put the end of SGD's region before its beginning."""
    cell_of(notebook, "SGD-solution")["source"] = "### END SOLUTION\n### BEGIN SOLUTION\n1"


def misplaced(notebook: Notebook) -> None:
    """Mark a region in a cell that is not to be solved."""
    cell_of(notebook, "context")["source"] = "### BEGIN SOLUTION\nctx = 1\n### END SOLUTION"


def duplicated(notebook: Notebook) -> None:
    """Give two grade cells the same id."""
    cell_of(notebook, "SGD")["metadata"]["nbgrader"]["grade_id"] = "softmax"


def outdated(notebook: Notebook) -> None:
    """Use an older schema of nbgrader's metadata."""
    cell_of(notebook, "SGD")["metadata"]["nbgrader"]["schema_version"] = 1


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (unmarked, r"solution cell 'SGD-solution' \(cell \d+\) has no solution region"),
        (unclosed, "no end solution statement found"),
        (misplaced, "Solution region detected in a non-solution cell"),
        (duplicated, "Duplicate grade id: softmax"),
        (outdated, "Outdated schema version"),
    ],
)
def test_refusal_is_one_sentence_and_writes_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], spoil: Callable[[Notebook], None], reason: str
) -> None:
    """A solution that cannot be released raises CourseError in one line; the old stub stays, nothing is logged."""
    notebook = load(SOLUTION)
    spoil(notebook)
    (tmp_path / "bad.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    target = tmp_path / "out/stub.ipynb"
    target.parent.mkdir()
    target.write_text("old", encoding="utf-8")
    with pytest.raises(CourseError, match=reason) as caught:
        release(tmp_path / "bad.ipynb", target)

    assert "\n" not in str(caught.value)
    assert target.read_text(encoding="utf-8") == "old"
    assert list(target.parent.iterdir()) == [target]
    assert capfd.readouterr() == ("", "")


def test_importing_release_does_not_import_nbgrader() -> None:
    """The module loads without nbgrader or nbformat, so that the command line starts fast."""
    program = "import sys, autograder.author.release; print({'nbgrader', 'nbformat'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "set()"
