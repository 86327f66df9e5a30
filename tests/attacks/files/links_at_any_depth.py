# Hands in links to the course's settings and beyond beside the notebook, in folders, in chains, to nowhere and in loops.
# Expects: wrong
from tests.attacking import WRONG, write_notebook
from tests.making import PRELUDE


def make(student):
    folder = student / "softmax_regression"
    write_notebook(folder / "softmax_regression.ipynb", [PRELUDE, *(code.format("pass") for code in WRONG.values())])
    deep = folder / "a" / "b"
    deep.mkdir(parents=True)
    for place in (folder, deep):
        (place / "settings.txt").symlink_to(student.parents[1] / "course.yaml")
        (place / "chain.txt").symlink_to("settings.txt")
        (place / "solutions").symlink_to(student.parents[1] / "solutions")
        (place / "nowhere.txt").symlink_to("nowhere")
        (place / "loop.txt").symlink_to("loop.txt")
        (place / "back").symlink_to("../" * (1 + len(place.relative_to(student).parts)) + student.name)
