"""A small course whose exercise `fit` trains, in twenty steps, with three functions."""

from collections.abc import Callable
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
REFERENCE = (ROOT / "solutions/softmax_regression/reference.py").read_text("utf-8")
Change = Callable[[str], str]

CHECKS = '''
import numpy as np
from autograder.checks import call, check, close_to, train, update

@check(exercise="softmax", points=1)
def even(rng):
    """softmax of equal scores is even."""
    yield call("softmax", np.ones((2, 4)), expect=close_to(np.full((2, 4), 0.25)))

@check(exercise="cross_entropy", points=1)
def certain(rng):
    """cross_entropy of certainty is 0."""
    yield call("cross_entropy", np.ones((2, 3)), np.eye(3)[:2], expect=close_to(np.zeros(2)))

@check(exercise="SGD", points=1)
def down(rng):
    """SGD goes down."""
    yield update("SGD", [np.ones(2)], [np.ones(2)], 0.5, expect=[close_to(np.full(2, 0.5))])

@check(exercise="fit", points=1)
def follows(rng):
    """Training follows the gradient."""
    yield train("trajectory")
'''
COURSE = """
course: Test
device: cpu
seed: 271828182845904523536028747135266249775
data: DATA
assignments:
  fitting:
    title: Fitting
    points: 4
    exercises:
      softmax: {points: 1}
      cross_entropy: {points: 1}
      SGD: {points: 1}
      fit: {points: 1, needs: [softmax, cross_entropy, SGD]}
    training: {batch_size: 3000, epochs: 1, lr: 0.0005, initial_scale: 0.01, followed_steps: 8, step_tolerance: 0.002,
      path_tolerance: 0.02, loss_band: 0.02, min_test_accuracy: 0.5}
"""
FUNCTIONS = {
    "softmax": "def softmax(y):\n    e = y.exp()\n    return e / e.sum(axis=1, keepdims=True)\n",
    "cross_entropy": "def cross_entropy(yhat, y):\n    return -(y * yhat.log()).sum(axis=1)\n",
    "SGD": "def SGD(params, lr):\n    for p in params:\n        p[:] = p - lr * p.grad\n",
}


def course(root: Path, *, reference: str | None = REFERENCE, checks: str = CHECKS, change: Change = str) -> Path:
    """Write the course into `root`; `change` is made to its settings."""
    folder = root / "solutions" / "fitting"
    folder.mkdir(parents=True)
    text = change(COURSE).replace("DATA", str(ROOT / "data/mnist"))
    (root / "course.yaml").write_text(text)
    (folder / "checks.py").write_text(checks)
    if reference is not None:
        (folder / "reference.py").write_text(reference)
    return root


def notebook(path: Path, sources: dict[str, str] = FUNCTIONS, *, marked: bool = True) -> Path:
    """Write the functions as a solution notebook, with a grade cell for each exercise."""
    made = nbformat.v4.new_notebook()
    for name, source in sources.items():
        head, _, body = source.partition("\n")
        text = f"{head}\n    ### BEGIN SOLUTION\n{body}    ### END SOLUTION\n"
        made.cells.append(_cell(f"{name}-solution", text, solution=True, marked=marked))
    for name in (*sources, "fit"):
        made.cells.append(_cell(name, f'check("{name}")', grade=True, marked=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(made), encoding="utf-8")
    return path


def _cell(
    name: str, source: str, *, marked: bool, grade: bool = False, solution: bool = False
) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_code_cell(source, id=name)
    if marked:
        marks = {"schema_version": 3, "grade_id": name, "grade": grade, "solution": solution, "task": False}
        cell.metadata["nbgrader"] = marks | {"locked": grade} | ({"points": 1} if grade else {})
    return cell
