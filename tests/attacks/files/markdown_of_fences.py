# Hands in Markdown whose fences never close, nest, and repeat without end.
# Expects: not_attempted, skipped, invalid, wrong, raised
def make(student):
    path = student / "softmax_regression" / "softmax_regression.md"
    path.parent.mkdir(parents=True)
    path.write_text(("```{.python .input n=1}\n" * 1000 + "`" * 20_000 + "\n" + "~~~ python {" * 2000)[:120_000])
