# Hands in a page with a pandoc division, for which some readers start pandoc.
# Expects: not_attempted, skipped
def make(student):
    path = student / "softmax_regression" / "softmax_regression.md"
    path.parent.mkdir(parents=True)
    path.write_text("# Homework\n\n::: {.note}\nwords\n:::\n\n```python\nx = 1\n```\n")
