# Hands in a time of thirty nines and an m, which no number holds.
# Expects: wrong
from tests.attacking import WRONG, write_notebook
from tests.making import PRELUDE


def make(student):
    folder = student / "softmax_regression"
    write_notebook(folder / "softmax_regression.ipynb", [PRELUDE, *(code.format("pass") for code in WRONG.values())])
    (folder / "timestamp.txt").write_text("9" * 30 + "m")
