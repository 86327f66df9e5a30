# Hands in a folder with a notebook's name, and the solution inside.
# Expects: invalid
def make(student):
    (student / "softmax_regression" / "softmax_regression.ipynb").mkdir(parents=True)
