# Nests lists a million deep inside an output, where no reader needs to look.
# Expects: invalid
def make(student):
    path = student / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    deep = "[" * 1_000_000 + "]" * 1_000_000
    path.write_text('{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {"x": ' + deep + "}}")
