# Fills the longest code that is read with characters of four bytes, more than one frame to the worker holds.
# Expects: invalid, crashed, skipped, not_attempted, wrong, timeout
from tests.attacking import write_notebook


def make(student):
    text = "softmax = '" + "\N{GRINNING FACE}" * ((4 << 20) - 100) + "'"
    write_notebook(student / "softmax_regression" / "softmax_regression.ipynb", [text])
