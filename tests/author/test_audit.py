"""Facts about the audit: the course's checks catch every mutant, and a hole in them is found."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.author import audit as auditing
from autograder.author.mutants import Mutant
from autograder.course.notebook import Cell, read_cells
from autograder.errors import CourseError
from autograder.grading.grader import Grader
from autograder.grading.run import Job, grading
from autograder.judging.judge import judge
from tests import small

ROOT = Path(__file__).resolve().parents[2]
NAME = "softmax_regression"
UNSTABLE = "def softmax(y_linear):\n    e = nd.exp(y_linear)\n    return e / nd.sum(e, axis=1, keepdims=True)\n"


@pytest.fixture(scope="module")
def report() -> dict[str, object]:
    """Run the real program over the real assignment."""
    command = [sys.executable, "-m", "autograder", "audit", NAME, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    """A grader with one server."""
    with grading(Job(ROOT, (NAME,), "course", keep=False, jobs=1)) as ready:
        yield ready


@pytest.fixture(scope="module")
def cells() -> tuple[Cell, ...]:
    """The solution's cells."""
    return read_cells(ROOT / "solutions" / NAME / f"{NAME}.ipynb")


@pytest.mark.long
def test_solution_is_whole_and_stub_is_nothing(report: dict[str, object]) -> None:
    """The solution scores 100 % and the stub 0 %."""
    assert (report["solution"], report["stub"]) == (1.0, 0.0)


@pytest.mark.long
def test_no_mutant_survives(report: dict[str, object]) -> None:
    """Every mutant is caught, or does what the solution does for a reason that is written down."""
    fates = report["fates"]
    assert isinstance(fates, list)
    assert [f["diff"] for f in fates if f["fate"] == "survived"] == []
    assert sum(f["fate"] == "caught" for f in fates) >= 150
    assert all(f["reason"] for f in fates if f["fate"] == "equivalent")
    assert all(f["by"] for f in fates if f["fate"] == "caught")


@pytest.mark.long
def test_no_reason_is_kept_for_a_mutant_that_is_not_there(report: dict[str, object]) -> None:
    """Each entry of equivalent.yaml sets one mutant apart: none is left over from an older solution."""
    fates = report["fates"]
    assert isinstance(fates, list)
    known = auditing._equivalents(ROOT / "solutions" / NAME / "mutants" / auditing.EQUIVALENT)
    assert sum(f["fate"] == "equivalent" for f in fates) == len(known)


def test_a_hole_in_the_checks_lets_a_mutant_survive(grader: Grader, cells: tuple[Cell, ...]) -> None:
    """Without the check for large logits, a softmax without a shift survives, and its diff is shown."""
    suite = grader.suites[NAME]
    holed = replace(suite, items=tuple(i for i in suite.items if i.check.name != "stays_finite_for_large_logits"))
    mutant = Mutant("softmax", "by hand", 0, UNSTABLE)
    fate = auditing._fate(grader, holed, cells, mutant, ())
    assert fate.fate == "survived"
    assert "+    e = nd.exp(y_linear)" in fate.diff
    assert auditing._fate(grader, suite, cells, mutant, ()).by == ("stays_finite_for_large_logits",)


def test_a_survivor_with_a_written_reason_is_set_apart(grader: Grader, cells: tuple[Cell, ...]) -> None:
    """A mutant whose added lines stand in equivalent.yaml is equivalent, not a survivor."""
    known = [auditing.Equivalent("softmax", ("return nd.softmax(y_linear)",), "the library's own")]
    mutant = Mutant("softmax", "by hand", 0, "def softmax(y_linear):\n    return nd.softmax(y_linear)\n")
    fate = auditing._fate(grader, grader.suites[NAME], cells, mutant, known)
    assert (fate.fate, fate.reason) == ("equivalent", "the library's own")


def test_points_that_no_float_holds_add_up_to_the_whole(tmp_path: Path) -> None:
    """Three checks of 0.1 points: a right answer has 0.3 of 0.3, and the solution its 100 %."""
    root = small.course(tmp_path)
    (root / "course.yaml").write_text(small.COURSE.replace("points: 2", "points: 0.3"))
    page = root / "solutions/doubling/checks.py"
    check = small.CHECKS.partition("@check")[2].replace("points=2", "points=0.1")
    page.write_text(
        small.CHECKS.partition("@check")[0]
        + "".join("@check" + check.replace("def doubles", f"def doubles_{n}") for n in range(3))
    )
    with grading(Job(root, ("doubling",), "course", keep=False)) as ready:
        cells = (Cell(1, small.RIGHT),)
        with ready.pool.lease() as server:
            (exercise,) = judge(ready.suites["doubling"], cells, server, "cpu(0)").exercises
        assert (exercise.score, exercise.max_score) == (0.3, 0.3)


def test_a_file_that_defines_no_exercise_is_refused(grader: Grader, cells: tuple[Cell, ...], tmp_path: Path) -> None:
    """A hand-written mutant must define one of the exercises; the message names the file."""
    (tmp_path / "lost.py").write_text("def softmacks(x):\n    return x\n")
    with pytest.raises(CourseError, match=r"lost\.py: defines none of softmax"):
        list(auditing._mutants(cells, grader.suites[NAME], tmp_path))


def test_a_wrong_equivalent_file_is_one_sentence(tmp_path: Path) -> None:
    """A misspelt key in equivalent.yaml names the file and the keys."""
    path = tmp_path / "equivalent.yaml"
    path.write_text("- function: softmax\n  add: [x]\n  reason: y\n")
    with pytest.raises(CourseError, match=r"equivalent\.yaml: .*function, adds and reason"):
        auditing._equivalents(path)
