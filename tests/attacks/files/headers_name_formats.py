# Hands in a page whose header names formats that belong to other programs: quarto, pandoc, R Markdown.
# Expects: not_attempted, skipped
def make(student):
    path = student / "softmax_regression" / "softmax_regression.md"
    path.parent.mkdir(parents=True)
    header = "---\njupyter:\n  jupytext:\n    formats: ipynb,qmd:quarto,md:pandoc,Rmd\n    text_representation:\n"
    header += "      extension: .md\n      format_name: pandoc\n  kernelspec:\n    name: python3\n"
    header += "jupytext:\n  text_representation:\n    format_name: quarto\n---\n"
    path.write_text(header + "\n```{python}\nx = 1\n```\n\n```{.python .input}\ny = 2\n```\n")
