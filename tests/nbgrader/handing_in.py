"""What students might hand in: the released stub with some functions filled in, and its marks tampered with."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.nbgrader.course_folder import ASSIGNMENT, EXERCISES, ROOT

SOLUTION = ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
STUB = ROOT / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"

Notebook = dict[str, Any]
Cell = dict[str, Any]


def filled(*functions: str) -> Notebook:
    """Return the stub with these functions as in the solution."""
    notebook: Notebook = json.loads(STUB.read_text("utf-8"))
    solutions = {cell["id"]: cell for cell in json.loads(SOLUTION.read_text("utf-8"))["cells"]}
    for cell in notebook["cells"]:
        if cell["id"] in {f"{name}-solution" for name in functions}:
            cell["source"] = solutions[cell["id"]]["source"]
    return notebook


def encoded(notebook: Notebook) -> bytes:
    """Return the bytes of a notebook's file."""
    return json.dumps(notebook, indent=1).encode()


def grade_cells(notebook: Notebook) -> list[Cell]:
    """Return the cells that carry points."""
    return [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]


def without_grade_cells(notebook: Notebook) -> None:
    """Delete every grade cell, and with them what nbgrader puts a score on."""
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in EXERCISES]


def without_any_marked_cell(notebook: Notebook) -> None:
    """Keep the text of the cells, delete all of nbgrader's marks."""
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def doubled(notebook: Notebook) -> None:
    """Hand in every grade cell three times, and make it worth more each time."""
    copies = [json.loads(json.dumps(cell)) for cell in grade_cells(notebook) for _ in range(2)]
    for number, cell in enumerate(copies):
        cell["id"] = f"copy-{number}"
        cell["metadata"]["nbgrader"]["points"] = 1000 + number
    notebook["cells"] += copies


def edited(notebook: Notebook) -> None:
    """Replace the tests, raise the points, unlock the cells, and show a full score as their output."""
    for cell in grade_cells(notebook):
        cell["source"] = "4.0"
        cell["metadata"]["nbgrader"] |= {"points": 40, "locked": False, "solution": True}
        cell["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "4.0"}, "metadata": {}}]


def renamed(notebook: Notebook) -> None:
    """Swap the names of grade cells around and give one a name of its own."""
    cells = grade_cells(notebook)
    for cell, name in zip(cells, ["mine", *EXERCISES[:0:-1]], strict=True):
        cell["metadata"]["nbgrader"]["grade_id"] = name


def invented(notebook: Notebook) -> None:
    """Add a grade cell that needs nothing to pass."""
    marks = {"grade": True, "grade_id": "bonus", "locked": True, "points": 100, "schema_version": 3, "solution": False}
    cell = {"cell_type": "code", "id": "bonus", "metadata": {"nbgrader": marks}, "source": "", "outputs": []}
    notebook["cells"].append(cell | {"execution_count": None})


def broken(notebook: Notebook) -> None:
    """Put nonsense where nbgrader expects its marks, and the wrong kind of cell where it expects code."""
    nonsense: Sequence[Any] = (
        "text",
        [],
        {"grade_id": ["a"]},
        {"grade_id": None, "grade": "yes"},
        {"schema_version": 1},
    )
    for cell, marks in zip(grade_cells(notebook), nonsense, strict=True):
        cell["metadata"]["nbgrader"] = marks
    for cell in notebook["cells"]:
        if cell["id"] == "plot":
            cell |= {"cell_type": "markdown", "attachments": {"a.png": {"image/png": "AA=="}}}


TAMPERED: dict[str, Callable[[Notebook], None]] = {
    "broken": broken,
    "deleted": without_grade_cells,
    "doubled": doubled,
    "edited": edited,
    "invented": invented,
    "renamed": renamed,
    "unmarked": without_any_marked_cell,
}


def sample_class() -> dict[str, Path]:
    """Return what each student of the sample class handed in."""
    found = sorted((ROOT / "tests/submissions/sample_class").glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"))
    return {path.parent.parent.name: path for path in found}
