"""Reading a corpus of answers: headers, composition, and what is refused."""

from pathlib import Path

import pytest

from autograder.author import corpus
from autograder.errors import CourseError
from autograder.result import Verdict

BASE = "# Right.\n# %%\nimport math\n\n# %%\ndef f(x):\n    return x\n\n# %%\ndef g(x):\n    return 2 * x\n"
WRONG = """# Thinks of a square.
# expect: at most 2 of 4
# expect: doubles wrong
# kind: fundamental
# diagnosis: squared
# also: sign
def g(x):
    return x * x
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus of two functions, with one right and one wrong entry for g."""
    for kind in ("right", "wrong"):
        (tmp_path / "g" / kind).mkdir(parents=True)
    (tmp_path / "base.py").write_text(BASE)
    (tmp_path / "g" / "right" / "sum.py").write_text("# Adds.\n# %%\nTWO = 2\n\n# %%\ng = lambda x: x * TWO\n")
    (tmp_path / "g" / "wrong" / "square.py").write_text(WRONG)
    return tmp_path


def test_headers_are_read(folder: Path) -> None:
    """Points, verdicts, kind and diagnoses come from the comment lines at the top."""
    right, wrong = corpus.read(folder, ("f", "g")).entries
    assert (right.name, right.right, right.diagnosis) == ("g/right/sum", True, None)
    assert (wrong.name, wrong.right, wrong.fundamental) == ("g/wrong/square", False, True)
    assert (wrong.bound, wrong.points, wrong.verdicts) == ("at most", 2.0, (("doubles", Verdict.WRONG),))
    assert (wrong.diagnosis, wrong.also) == ("squared", ("sign",))


def test_an_entry_takes_the_place_of_the_cell_that_defines_its_function(folder: Path) -> None:
    """All other cells stay, and cells are numbered anew."""
    found = corpus.read(folder, ("f", "g"))
    cells = found.compose(found.entries[0])
    assert [c.index for c in cells] == list(range(1, len(cells) + 1))
    code = [c.source for c in cells if not c.source.startswith("#")]
    assert code == ["import math", "def f(x):\n    return x", "TWO = 2", "g = lambda x: x * TWO"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def g(x):\n    return 1\n", "say in a first comment line what the student was thinking"),
        ("# expect: at most 2 of 4\n", "say in a first comment line what the student was thinking"),
        ("# A thought.\n# expect: at most 2\n", "write `# expect: at most X of Y`"),
        ("# A thought.\n# expect: doubles maybe\n", "write `# expect: at most X of Y`"),
        ("# A thought.\n# kind: partial\n# diagnosis: none\n", "needs its points"),
        ("# A thought.\n# expect: exactly 1 of 4\n# kind: bad\n# diagnosis: none\n", "needs its points"),
        ("# A thought.\n# expect: exactly 1 of 4\n# kind: partial\n", "needs its points"),
    ],
)
def test_incomplete_headers_are_refused(folder: Path, text: str, says: str) -> None:
    """A wrong entry that does not say what it deserves is refused, by its path."""
    path = folder / "g" / "wrong" / "square.py"
    path.write_text(text)
    with pytest.raises(CourseError) as error:
        corpus.read(folder, ("f", "g"))
    assert str(error.value).startswith(f"{path}: ")
    assert says in str(error.value)


def test_right_entries_expect_nothing_less_than_everything(folder: Path) -> None:
    """A right entry may not excuse the loss of points."""
    path = folder / "g" / "right" / "sum.py"
    path.write_text("# Adds.\n# expect: at most 3 of 4\ng = lambda x: x + x\n")
    with pytest.raises(CourseError, match="a right answer keeps every point"):
        corpus.read(folder, ("f", "g"))


def test_the_base_defines_every_function_once(folder: Path) -> None:
    """Where a function has no cell of its own, entries could not take its place."""
    with pytest.raises(CourseError, match="define h in one cell"):
        corpus.read(folder, ("f", "g", "h"))


def test_an_empty_corpus_is_refused(tmp_path: Path) -> None:
    """A measure of nothing would always be perfect."""
    (tmp_path / "base.py").write_text(BASE)
    with pytest.raises(CourseError, match="holds no entries"):
        corpus.read(tmp_path, ("f", "g"))
