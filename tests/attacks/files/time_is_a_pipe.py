# Hands in a pipe for the time, to whose other end nobody will ever write, and a file of the year 33658 where that can be.
# Expects: wrong
import os

from tests.attacking import WRONG, write_notebook
from tests.making import PRELUDE


def make(student):
    folder = student / "softmax_regression"
    write_notebook(folder / "softmax_regression.ipynb", [PRELUDE, *(code.format("pass") for code in WRONG.values())])
    os.utime(folder / "softmax_regression.ipynb", (1e12, 1e12))
    os.mkfifo(folder / "timestamp.txt")
