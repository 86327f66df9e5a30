# Hands in a zip bomb under a notebook's name.
# Expects: invalid
import zipfile


def make(student):
    path = student / "softmax_regression" / "softmax_regression.ipynb"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("softmax_regression.ipynb", b"0" * (50 << 20))
