# Hands in ten thousand cells, each of which redefines every function and imports itself.
# Expects: wrong, raised, not_attempted, skipped, timeout
from tests.attacking import write_notebook


def make(student):
    cell = "def softmax(x):\n    return x * {0}\nsoftmax.n = {0}\nSGD = evaluate_accuracy = cross_entropy = softmax\n"
    write_notebook(student / "softmax_regression" / "softmax_regression.ipynb", [cell.format(i) for i in range(9_999)])
