"""Which assignment a notebook is of: by what it is, not by where it stands in the alphabet; and which data are its."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pytest
from students import CASES, RELEASED, ROOT, namespace

from autograder.checks import suite
from autograder.course import mnist
from autograder.course.settings import load
from autograder.errors import CourseError
from autograder.student import casefile, choosing, dataset, doctor, filecheck, recorded, selfcheck
from tests import small

COURSE = f"""
course: Two
device: cpu
seed: 271828182845904523536028747135266249775
data: {ROOT / "data" / "mnist"}
assignments:
  arrays: {{title: A, points: 2, exercises: {{f: {{points: 1}}, g: {{points: 1}}}}}}
  bounds: {{title: B, points: 2, exercises: {{g: {{points: 1}}, h: {{points: 1, needs: [g]}}}}}}
"""
CHECK = '''
@check(exercise="{0}", points=1)
def {0}_doubles(rng):
    """{0} doubles its argument."""
    yield call("{0}", np.ones(3), expect=close_to(2 * np.ones(3)))
'''
HEAD = "import numpy as np\nfrom autograder.checks import call, check, close_to\n"
DOUBLE = "def {}(x):\n    return 2 * x\n"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of two assignments, both released, which share an exercise."""
    (tmp_path / "course.yaml").write_text(COURSE)
    for name, exercises in (("arrays", "fg"), ("bounds", "gh")):
        folder = tmp_path / "solutions" / name
        folder.mkdir(parents=True)
        (folder / "checks.py").write_text(HEAD + "".join(CHECK.format(e) for e in exercises))
        target = tmp_path / "assignments" / name / recorded.FILE
        target.parent.mkdir(parents=True)
        target.write_bytes(recorded.write(suite.released(tmp_path, load(tmp_path), name)))
    return tmp_path


def notebook(path: Path, *functions: str, marks: tuple[str, ...] = ()) -> Path:
    """Write a notebook that defines functions, with cells that nbgrader has marked."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(DOUBLE.format(f)) for f in functions])
    made.cells += [nbformat.v4.new_code_cell("", metadata={"nbgrader": {"grade_id": mark}}) for mark in marks]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(made), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("place", "functions", "marks", "right"),
    [
        ("work/mine.ipynb", "", ("g", "h"), "bounds"),  # marks
        ("assignments/arrays/arrays.ipynb", "fg", ("g", "h"), "bounds"),  # marks before all else
        ("work/bounds.ipynb", "", (), "bounds"),  # its name
        ("assignments/arrays/bounds.ipynb", "g", ("g",), "bounds"),
        ("work/mine.ipynb", "h", (), "bounds"),  # its functions
        ("assignments/arrays/mine.ipynb", "h", (), "bounds"),
        ("bounds/mine.ipynb", "", (), "bounds"),  # its folder
        ("bounds/mine.ipynb", "g", (), "bounds"),
        ("assignments/bounds/mine.ipynb", "", (), "bounds"),
        ("work/mine.ipynb", "gh", (), "bounds"),  # more of its functions
        ("work/mine.ipynb", "fg", (), "arrays"),
    ],
)
def test_a_notebook_gets_its_own_assignments_cases(
    place: str, functions: str, marks: tuple[str, ...], right: str, course: Path
) -> None:
    """By nbgrader's marks, the file's name, its functions and its folder, wherever it lies."""
    assert recorded.find(notebook(course / place, *functions, marks=marks)).assignment == right


def test_what_cannot_be_known_is_one_sentence_with_the_choice(course: Path) -> None:
    """A function of both, and an unreadable notebook, in a folder of neither."""
    said = (
        r"may be of any of the assignments arrays, bounds: name it for its assignment \(arrays.ipynb\), or put it into"
    )
    with pytest.raises(CourseError, match=said):
        recorded.find(notebook(course / "work" / "mine.ipynb", "g"))
    (course / "work" / "mine.ipynb").write_text("{ torn")
    with pytest.raises(CourseError, match=said):
        recorded.find(course / "work" / "mine.ipynb")
    with pytest.raises(CourseError, match=said):
        recorded.find(course)


def test_what_is_asked_for_decides_in_a_kernel(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check(h)` is of the one assignment that has an h; `check()` of the one whose functions are there."""
    monkeypatch.chdir(course)
    assert recorded.find(course, asked=["h"]).assignment == "bounds"
    assert recorded.find(course, asked=["f"]).assignment == "arrays"
    assert recorded.find(course, defined=["f", "g"]).assignment == "arrays"
    names: dict[str, object] = {"look": selfcheck.check}
    exec(DOUBLE.format("h") + DOUBLE.format("g") + "found = look(h)\nboth = look()", names)
    assert [e.name for e in names["found"].exercises] == ["h"]  # type: ignore[attr-defined]
    assert [e.name for e in names["both"].exercises] == ["g", "h"]  # type: ignore[attr-defined]


def test_jupyters_name_for_the_notebook_counts(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the session has it, as long as there is such a file."""
    notebook(course / "work" / "bounds.ipynb")
    monkeypatch.setenv("JPY_SESSION_NAME", "/anywhere/else/bounds.ipynb")
    assert selfcheck._notebook({}, course / "work") == course / "work" / "bounds.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", "/anywhere/else/gone.ipynb")
    assert selfcheck._notebook({}, course / "work") == course / "work"


def test_a_damaged_neighbour_is_nobodys_trouble(course: Path) -> None:
    """Only whoever needs that file is told."""
    (course / "assignments" / "arrays" / recorded.FILE).write_bytes(b"torn")
    assert recorded.find(notebook(course / "work" / "mine.ipynb", "h")).assignment == "bounds"
    with pytest.raises(CourseError, match=r"arrays/public_cases.msgpack: damaged"):
        recorded.find(notebook(course / "work" / "arrays.ipynb"))


def test_the_doctor_looks_at_every_assignment(course: Path) -> None:
    """One line each, and what is not released is said."""
    assert [s.told for s in doctor._cases(course)] == ["2 of arrays", "2 of bounds"]
    shutil.rmtree(course / "assignments" / "bounds")
    (course / "assignments" / "arrays" / recorded.FILE).write_bytes(b"torn")
    damaged, missing = doctor._cases(course)
    assert (damaged.ok, missing.ok) == (False, False)
    assert "damaged" in damaged.told
    assert (missing.told, missing.fix) == (
        "none of bounds are here",
        "run `autograder release bounds`, or get them again",
    )
    pages = list(doctor._pages(course, load(course)))
    assert [(s.what, s.ok) for s in pages] == [("checks of arrays", True), ("checks of bounds", True)]


def test_needs_of_a_function_order_and_blame_and_its_own_cases_are_called(course: Path) -> None:
    """In the self-check: a wrong function fails, whatever it needs; in the exam of a file it is a function too."""
    cases = casefile.read(course / "assignments" / "bounds" / recorded.FILE)
    assert cases.trains == ()
    names: dict[str, object] = {}
    exec(f"{DOUBLE.format('g')}import mxnet\ndef h(x):\n    return x * mxnet.nd.array([1, 5, 3])\n", names)
    found = selfcheck.check_namespace(cases, ["h"], names, course)
    assert [c.verdict for c in found.exercises[0].checks] == ["wrong"]
    assert found.exercises[0].checks[0].diagnosis is None
    exec("def g(x):\n    return 3 * x\n", names)
    blaming = selfcheck.check_namespace(cases, ["h"], names, course)
    assert blaming.exercises[0].checks[0].diagnosis == "g failed checks above: fix that first"
    made = filecheck.as_exam(cases, None)
    assert (made.functions, len(made.items)) == (("g", "h"), 2)


# ------------------------------------------------------------------------------------ data


def other_data(folder: Path) -> Path:
    """Write images that nothing can be learnt of, with their sums."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(1)
    sums = []
    for name, shape in (
        (mnist.TRAIN_IMAGES, (60_000, 28, 28)),
        (mnist.TRAIN_LABELS, (60_000,)),
        (mnist.TEST_IMAGES, (1000, 28, 28)),
        (mnist.TEST_LABELS, (1000,)),
    ):
        values = rng.integers(0, 10, shape, np.uint8)
        raw = bytes([0, 0, 8, len(shape)]) + b"".join(n.to_bytes(4, "big") for n in shape) + values.tobytes()
        (folder / name).write_bytes(raw)
        sums.append(f"{hashlib.sha256(raw).hexdigest()}  {name}\n")
    (folder / mnist.SUMS).write_text("".join(sums))
    return folder


def test_data_are_where_course_yaml_says(tmp_path: Path) -> None:
    """The nearest one; a folder called data/mnist is what is left where there is none, or a wrong one."""
    small.course(tmp_path)
    text = (tmp_path / "course.yaml").read_text()
    (tmp_path / "course.yaml").write_text(text.replace(str(ROOT / "data" / "mnist"), "pictures"))
    (tmp_path / "pictures").mkdir()
    (tmp_path / "deep" / "data" / "mnist").mkdir(parents=True)
    assert dataset.near(tmp_path / "deep") == tmp_path / "pictures"
    (tmp_path / "course.yaml").write_text("wrong: [")
    assert dataset.near(tmp_path / "deep") == tmp_path / "deep" / "data" / "mnist"
    with pytest.raises(CourseError, match=r"course.yaml: not valid YAML"):
        dataset.near(tmp_path)


def test_data_of_another_course_judge_nobody(tmp_path: Path) -> None:
    """A right solution is not failed on them: training is not checked, and a line says so."""
    run = casefile.read(CASES).training
    assert run is not None
    assert dataset.for_training(run, RELEASED)[0] == ROOT / "data" / "mnist"
    folder = other_data(tmp_path / "data" / "mnist")
    with pytest.raises(CourseError, match=f"training cannot be checked: those in {folder} are not the data that the"):
        dataset.for_training(run, tmp_path)
    found = selfcheck.check_namespace(casefile.read(CASES), ["training"], namespace(), tmp_path)
    assert {c.verdict for c in found.exercises[0].checks} == {"skipped"}


def test_candidates_are_named_from_the_file(course: Path) -> None:
    """Of the folder itself, then of the course around it."""
    found = choosing.candidates(course / "assignments" / "bounds")
    assert [(c.name, c.here) for c in found] == [("bounds", True), ("arrays", False)]
    assert json.dumps([c.name for c in choosing.candidates(Path(os.sep))]) == "[]"
