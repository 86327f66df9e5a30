# Assigns nested lists, tuples and calls as deep as the parser may go, and unpacks them.
# Expects: not_attempted, crashed, skipped, raised, timeout, wrong
from tests.attacking import write_notebook


def make(student):
    deep = ["softmax = " + "[" * n + "1" + "]" * n for n in (90, 199, 5000)]
    calls = ["cross_entropy = " + "f(" * 150 + ")" * 150, "SGD = " + "lambda: " * 2000 + "0"]
    calls += ["evaluate_accuracy = " + " + ".join(["x"] * 50_000), "softmax = " + "not " * 90_000 + "1"]
    write_notebook(student / "softmax_regression" / "softmax_regression.ipynb", deep + calls)
