"""The two notebooks of an assignment as its author keeps them: the solution, and the stub that is released of it.

What is wrong with one is the course's fault, a `CourseError`, and never a submission's.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.course.notebook import Cell, InvalidSubmission, read_cells
from autograder.errors import CourseError, MachineError


def notebook_of(root: Path, name: str) -> Path:
    """Return the path of the one solution notebook. Raises `CourseError` where there is none, or another beside it."""
    folder = root / "solutions" / name
    path = folder / f"{name}.ipynb"
    others = [p.name for p in sorted(folder.glob("*.ipynb")) if p != path and not p.name.startswith(".")]
    if not path.is_file():
        hint = f"; there is {others[0]}: rename it" if len(others) == 1 else "; write it there"
        raise CourseError(f"{path}: the solution notebook is missing{hint}")
    if others:
        raise CourseError(
            f"{folder}: {', '.join(others)} lies beside {path.name}: an assignment is one notebook, so join them"
        )
    return path


def solution_cells(root: Path, name: str) -> tuple[Cell, ...]:
    """Return the code cells of the solution. Raises `CourseError`."""
    return _cells(notebook_of(root, name))


def stub_cells(root: Path, name: str) -> tuple[Cell, ...]:
    """Return the code cells of the released stub. Raises `CourseError`, also before it is released."""
    path = root / "assignments" / name / f"{name}.ipynb"
    if not path.is_file():
        raise CourseError(f"{path}: there is no stub yet; run `autograder release {name}` first")
    return _cells(path)


def require_marked(path: Path, notebook: Any, functions: Sequence[str]) -> None:
    """Refuse a solution notebook that would be released with a solution in it. Raises `CourseError`.

    nbgrader blanks cells that are marked as solutions, and leaves all others as they are.
    """
    sources = [c.source for c in notebook.cells if c.cell_type == "code" and _is_solution(c)]
    for function in functions:
        if not any(defines(source, function) for source in sources):
            raise CourseError(
                f"{path}: no cell that is marked as a solution defines {function}: mark the one that does (in Jupyter "
                f"by nbgrader's Create Assignment), with ### BEGIN SOLUTION and ### END SOLUTION in it"
            )


def defines(source: str, name: str) -> bool:
    """Tell whether a cell defines a function, class or variable of this name at its top level."""
    return (
        re.search(rf"^(?:(?:def|class)[ \t]+{re.escape(name)}\b|{re.escape(name)}[ \t]*=[^=])", source, re.M)
        is not None
    )


def _is_solution(cell: Any) -> bool:
    marks = cell.metadata.get("nbgrader", {})
    return isinstance(marks, dict) and bool(marks.get("solution"))


def _cells(path: Path) -> tuple[Cell, ...]:
    try:
        return read_cells(path)
    except (InvalidSubmission, MachineError) as error:
        raise CourseError(f"{path}: {error}") from None
