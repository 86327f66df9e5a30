# Hands in folders of neighbours inside the own one, with work that is worth nothing.
# Expects: wrong
from tests.attacking import WRONG, write_notebook
from tests.making import PRELUDE


def make(student):
    cells = [PRELUDE, *(code.format("pass") for code in WRONG.values())]
    for place in (student, *(student / other.name for other in student.parent.glob("*-neighbour"))):
        write_notebook(place / "softmax_regression" / "softmax_regression.ipynb", cells)
        write_notebook(place / "softmax_regression" / "softmax_regression" / "softmax_regression.ipynb", cells)
