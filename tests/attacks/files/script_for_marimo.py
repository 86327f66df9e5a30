# Hands in a script that looks like marimo's, to whose reader another program belongs; the judge itself reads scripts.
# Expects: not_attempted, skipped
def make(student):
    path = student / "softmax_regression" / "softmax_regression.py"
    path.parent.mkdir(parents=True)
    path.write_text("import marimo\napp = marimo.App()\n\n\n@app.cell\ndef _():\n    return\n")
