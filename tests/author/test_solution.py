"""Facts about an author's notebooks: one that is missing, doubled, unreadable or unmarked releases nothing."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.author import audit as auditing
from autograder.author import release, solution
from autograder.cli.author import _told
from autograder.errors import CourseError
from autograder.student import recorded
from tests import training_course


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course with its solution notebook."""
    training_course.notebook(training_course.course(tmp_path) / "solutions" / "fitting" / "fitting.ipynb")
    return tmp_path


def run(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the program in a course's folder."""
    command = [sys.executable, "-m", "autograder", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False)


def test_a_marked_notebook_is_released_whole(root: Path) -> None:
    """Stub and public cases, the stub without a line of the solution."""
    target = release.publish(root, "fitting")
    assert target == root / "assignments" / "fitting" / "fitting.ipynb"
    assert "exp()" not in target.read_text("utf-8")
    assert recorded.read(target.with_name(recorded.FILE)).trains == ("fit",)


WRONG = {
    "missing": (lambda path: path.unlink(), "fitting.ipynb: the solution notebook is missing; write it there"),
    "of another name": (
        lambda path: path.rename(path.with_name("mine.ipynb")),
        "fitting.ipynb: the solution notebook is missing; there is mine.ipynb: rename it",
    ),
    "two": (
        lambda path: path.with_name("b.ipynb").write_text("{}"),
        "solutions/fitting: b.ipynb lies beside fitting.ip",
    ),
    "torn": (lambda path: path.write_text("{"), "fitting.ipynb: this is not a readable notebook"),
    "no notebook": (lambda path: path.write_text("[]"), "fitting.ipynb: this is not a readable notebook"),
    "without marks": (
        lambda path: training_course.notebook(path, marked=False),
        "no cell that is marked as a solution defines softmax: mark the one that does",
    ),
    "without a function": (
        lambda path: training_course.notebook(path, {"SGD": training_course.FUNCTIONS["SGD"]}),
        "no cell that is marked as a solution defines softmax",
    ),
}


@pytest.mark.parametrize(("spoil", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_solution_notebook_releases_nothing(spoil: object, said: str, root: Path) -> None:
    """A solution in a cell that is not marked would go out to the students."""
    spoil(root / "solutions" / "fitting" / "fitting.ipynb")  # type: ignore[operator]
    with pytest.raises(CourseError) as caught:
        release.publish(root, "fitting")
    assert said in str(caught.value)
    assert not (root / "assignments").exists()


def test_wrong_checks_release_nothing_either(root: Path) -> None:
    """No stub without its cases."""
    page = root / "solutions" / "fitting" / "checks.py"
    page.write_text(page.read_text().replace("close_to(np.zeros(2))", "lambda claim: None"))
    with pytest.raises(CourseError, match="the public cases cannot be recorded"):
        release.publish(root, "fitting")
    assert not (root / "assignments").exists()


def test_before_a_release_there_is_no_stub_to_audit(root: Path) -> None:
    """The sentence names the command; and the solution's own faults are the course's."""
    assert len(solution.solution_cells(root, "fitting")) == 7
    with pytest.raises(CourseError, match="there is no stub yet; run `autograder release fitting` first"):
        solution.stub_cells(root, "fitting")
    (root / "solutions" / "fitting" / "fitting.ipynb").write_text("{")
    with pytest.raises(CourseError, match=r"fitting.ipynb: The notebook ends in the middle"):
        solution.solution_cells(root, "fitting")


def test_the_audit_names_what_the_solution_fails_and_makes_no_mutants(root: Path) -> None:
    """Check and message, in text and exit status; all mutants of a wrong solution would seem caught."""
    path = root / "solutions" / "fitting" / "fitting.ipynb"
    release.publish(root, "fitting")
    spoiled = training_course.FUNCTIONS | {
        "SGD": "def SGD(params, lr):\n    for p in params:\n        p[:] = p + lr * p.grad\n"
    }
    training_course.notebook(path, spoiled)
    done = run(root, "audit", "fitting", "--jobs", "1")
    assert (done.returncode, done.stderr.strip()) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "fitting: solution 50 %, stub 0 %"
    assert lines[1].startswith("the solution fails down: ")
    assert "params[0] after the call: 2 of 2 values differ" in lines[1]
    assert lines[2].startswith("the solution fails follows: SGD failed checks above")
    assert lines[3:] == ["no mutants were made: correct the solution, or its checks, first"]


def test_a_stub_that_passes_is_named() -> None:
    """It earns points before anybody has written a line."""
    found = auditing.Audit("a", 1.0, 0.5, (), (auditing.Surprise("stub", "shape_is_kept"),))
    assert not found.ok
    assert "the stub passes shape_is_kept" in _told(found)
    assert auditing.Audit("a", 0.1 + 0.2 + 0.7, 0.0, ()).ok


@pytest.mark.parametrize("text", ["def softmax(:\n", "a = '\0'\n"])
def test_a_mutant_that_is_no_python_is_named(text: str, root: Path) -> None:
    """By its file."""
    folder = root / "solutions" / "fitting" / "mutants"
    folder.mkdir()
    (folder / "wrong.py").write_text(text)

    class Suite:
        functions = ()

    with pytest.raises(CourseError, match=r"mutants/wrong.py: cannot be read as Python"):
        list(auditing._mutants((), Suite(), folder))  # type: ignore[arg-type]


def test_a_cell_with_magics_makes_no_mutants(root: Path) -> None:
    """It is named, with what to do."""
    cells = (auditing.Cell(3, "%matplotlib inline\ndef softmax(x):\n    return x\n"),)
    with pytest.raises(CourseError, match="cell 3, which defines softmax, is no plain Python"):
        auditing._definition(cells, "softmax")


def test_nbgrader_says_it_in_a_sentence_and_releases_nothing(root: Path) -> None:
    """Before it has touched anything; there is no traceback."""
    (root / "nbgrader_config.py").write_text(
        "from autograder.nbgrader.config import configure\nconfigure(get_config())\n"
    )
    page = root / "solutions" / "fitting" / "checks.py"
    page.write_text(page.read_text().replace("yield train", "yield 3 #"))
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "fitting"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert "the check follows yields an object of type int" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (root / "assignments").exists()
    assert nbformat.read(root / "solutions/fitting/fitting.ipynb", as_version=4).cells
