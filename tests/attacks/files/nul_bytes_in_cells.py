# Puts NUL bytes, form feeds, lone surrogates and other line ends into its cells.
# Expects: not_attempted, raised, skipped, wrong
from tests.attacking import write_notebook


def make(student):
    cells = [
        "def softmax(x):\n    return x\0\n",
        "def cross_entropy(a, b):\x0c\r    return a\ud800\n",
        "\ufeffdef SGD(params, lr):\u2028    return params\n",
        "evaluate_accuracy = lambda *a: 0.\x1a0",
    ]
    write_notebook(student / "softmax_regression" / "softmax_regression.ipynb", cells)
