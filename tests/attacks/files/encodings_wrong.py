# Hands in a notebook in Latin-1, with bytes that UTF-8 does not have.
# Expects: invalid
def make(student):
    path = student / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes('{"cells": [{"cell_type": "code", "source": "# ÿÿé"}]}'.encode("latin-1"))
