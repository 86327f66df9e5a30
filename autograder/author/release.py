"""Solution notebook -> the stub that students receive: nbgrader's own preprocessors, without its gradebook.

The order is that of nbgrader's `GenerateAssignment`. Left out are the steps that need a database (`SaveCells`), a
kernel (`InstantiateTests`) or files of their own (`IncludeHeaderFooter`).
"""

# ruff: noqa: PLC0415 - nbgrader takes seconds to import, so it is imported where it is used

import dataclasses
import logging
import os
import shutil
from pathlib import Path
from typing import Any

from autograder import files
from autograder.author import solution
from autograder.errors import CourseError


def release(source: Path, target: Path) -> None:
    """Write the stub of the solution notebook `source` to `target`, whole or not at all.

    The same source gives the same bytes. Raises `CourseError` if the source is missing, is not a valid nbgrader
    notebook, or has a code cell to be solved that marks no solution: nbgrader would blank its signature as well.
    """
    text = _stub(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def publish(root: Path, assignment: str) -> Path:
    """Write stub and public cases, once both are made; return the path of the stub. Raises `CourseError`."""
    from autograder.student import recorded

    stub, cases = made(root, assignment)
    target = root / "assignments" / assignment / f"{assignment}.ipynb"
    files.write_atomically(target, stub.encode())
    files.write_atomically(target.with_name(recorded.FILE), cases)
    return target


def made(root: Path, assignment: str) -> tuple[str, bytes]:
    """Make stub and public cases; what is wrong with notebook or checks is a `CourseError`."""
    from autograder.checks import suite
    from autograder.course.settings import load

    source = solution.notebook_of(root, assignment)
    released = suite.released(root, load(root), assignment)
    solution.require_marked(source, _read(source), released.functions)
    return _stub(source), _cases(root, released)


def record(root: Path, assignment: str, target: Path) -> None:
    """Write the public cases of an assignment of the course at `root` into the folder `target`, whole or not at all.

    The same checks give the same bytes on one machine, whatever the course's own seed is; on another, numbers that
    agree to float32's last digit. Raises `CourseError`.
    """
    from autograder.checks import suite
    from autograder.course.settings import load
    from autograder.student import recorded

    released = suite.released(root, load(root), assignment)
    files.write_atomically(target / recorded.FILE, _cases(root, released))


def _cases(root: Path, released: Any) -> bytes:
    """Record the public checks of a suite, with what the solution and known mistakes give."""
    from autograder.grading.answers import oracles
    from autograder.sandbox import walls
    from autograder.student import recorded

    with oracles(root, walls.detect(released.course.isolation), keep=False) as asked:
        public = dataclasses.replace(released, items=tuple(i for i in released.items if not i.check.hidden))
        answered = asked.answered(public)
        items = tuple(map(answered.diagnose, answered.items))
        return recorded.write(dataclasses.replace(answered, items=items))


def replace_files(made: Path, target: Path, *, whole: bool) -> None:
    """Move what is in the folder `made` to `target`, each file at once; `whole`: and remove what else is there.

    At no time is a file missing that is in both.
    """
    names = {path.relative_to(made) for path in made.rglob("*") if not path.is_dir()}
    folders = {parent for name in names for parent in name.parents}
    for path in sorted(target.rglob("*"), reverse=True) if whole else []:
        name = path.relative_to(target)
        if path.is_dir() and not path.is_symlink() and name not in folders:
            shutil.rmtree(path)
        elif name not in names and not path.is_dir():
            path.unlink()
    for folder in folders:
        (target / folder).mkdir(parents=True, exist_ok=True)
        shutil.copymode(made / folder, target / folder)
    for name in names:
        (made / name).replace(target / name)


def _stub(source: Path) -> str:
    """Return the text of the stub notebook."""
    import nbformat
    from nbgrader import preprocessors as steps
    from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError, ValidationError

    notebook = _read(source)
    for number, cell in enumerate(notebook.cells, 1):
        _require_region(source, number, cell)

    refusals = (RuntimeError, ValidationError, SchemaTooOldError, SchemaTooNewError, nbformat.ValidationError)
    quiet = logging.Logger("release")  # nbgrader logs what it also raises; the exception is enough
    quiet.addHandler(logging.NullHandler())
    try:
        for step in (
            steps.LockCells,
            steps.ClearSolutions,
            steps.ClearOutput,
            steps.CheckCellMetadata,
            steps.ComputeChecksums,
            steps.ClearHiddenTests,
            steps.ClearMarkScheme,
            steps.ComputeChecksums,  # again: the two steps before may have changed a cell
            steps.CheckCellMetadata,
        ):
            notebook, _ = step(log=quiet).preprocess(notebook, {})
        nbformat.validate(notebook)
    except refusals as error:
        reason = _first_line(error.__context__ or error)  # the context names the cell
        raise CourseError(f"{source}: nbgrader refuses this notebook ({reason}).") from error
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"


def _read(source: Path) -> Any:
    """Return the notebook at `source`."""
    import nbformat

    try:
        return nbformat.read(source, as_version=4)
    except FileNotFoundError:
        raise CourseError(f"{source}: the solution notebook is missing; write it there first.") from None
    except (OSError, ValueError, AttributeError, nbformat.ValidationError) as error:  # ValueError: not UTF-8 or
        # JSON; AttributeError: JSON, but no object
        raise CourseError(f"{source}: this is not a readable notebook ({_first_line(error)}).") from error


def _require_region(source: Path, number: int, cell: Any) -> None:
    """Raise `CourseError` if `cell`, the `number`th, is a code cell to be solved that marks no solution."""
    marks = cell.metadata.get("nbgrader", {})
    if cell.cell_type != "code" or not marks.get("solution"):
        return
    if "### BEGIN SOLUTION" not in cell.source or "### END SOLUTION" not in cell.source:
        raise CourseError(
            f"{source}: solution cell {marks.get('grade_id', '')!r} (cell {number}) has no solution region; put "
            "'### BEGIN SOLUTION' and '### END SOLUTION' around what students shall write."
        )


def _first_line(error: BaseException) -> str:
    """Return the first line of what `error` says, or its kind."""
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
