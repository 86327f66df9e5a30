# Hands in a symbolic link to the solution.
# Expects: invalid
from pathlib import Path


def make(student):
    path = student / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    solution = Path(student).parents[1] / "solutions" / "softmax_regression" / "softmax_regression.ipynb"
    assert solution.is_file()
    path.symlink_to(solution)
