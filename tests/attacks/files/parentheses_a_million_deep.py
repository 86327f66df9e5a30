# Puts a cell of a million parentheses, one of a million minus signs and one of a chain of attributes before its answers.
# Expects: not_attempted, crashed, skipped, raised, timeout
from tests.attacking import write_notebook


def make(student):
    cells = ["(" * 1_000_000 + ")" * 1_000_000, "softmax = " + "-" * 500_000 + "1", "SGD = a" + ".b" * 300_000]
    write_notebook(student / "softmax_regression" / "softmax_regression.ipynb", cells)
