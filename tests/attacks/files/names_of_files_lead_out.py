# Hands in files whose names are paths, options, markup and line ends, two of them, so that neither is meant.
# Expects: invalid
def make(student):
    folder = student / "softmax_regression"
    folder.mkdir(parents=True)
    for name in (
        "..\\..\\solutions.ipynb",
        "-rf.ipynb",
        "<script>alert(1)</script>.ipynb".replace("/", "\\"),
        "a\nb\x1b[2J.ipynb",
    ):
        (folder / name).write_text("{}")
