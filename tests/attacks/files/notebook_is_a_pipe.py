# Hands in a named pipe, on which a reader would wait for ever.
# Expects: invalid
import os


def make(student):
    path = student / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
