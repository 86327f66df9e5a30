# Hands in twenty million empty worksheets of nbformat 3, over which the judge would ponder for half a minute.
# Expects: invalid
def make(student):
    path = student / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"nbformat": 3, "worksheets": [' + b"{}," * 20_000_000 + b"{}]}")
