"""Facts about the lesson and about scripts: the lesson's own code earns full marks, and the form of a file none."""

import re
import shutil
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest

from tests.program import ROOT, Graded, grade

LESSON = ROOT.parent / "shared/tutorial/softmax_regression_tutorial.md"
CODE = re.compile(r"^```\{\.python \.input[^}]*\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OUTPUT = re.compile(r"^```\{\.json .*?^```$", re.MULTILINE | re.DOTALL)
CLASS = ROOT / "tests/submissions/sample_class"
SCRIPTS = {".py": "py:percent", ".md": "md"}
STUDENTS = ("bastian", "farid")  # right, with a magic and a shell line; and wrong in one check
NAME = "softmax_regression"

needs_lesson = pytest.mark.skipif(
    not LESSON.is_file(), reason="the lesson's text is no part of the repository, and does not lie beside this checkout"
)


def lesson_notebook(text: str) -> Any:
    """Make a notebook of the lesson: prose and code in turn, recorded outputs left out."""
    parts = CODE.split(OUTPUT.sub("", text))
    cells = [
        nbformat.v4.new_code_cell(part.strip()) if number % 2 else nbformat.v4.new_markdown_cell(part.strip())
        for number, part in enumerate(parts)
    ]
    return nbformat.v4.new_notebook(cells=cells)


def scores(graded: Graded, student: str) -> dict[str, float]:
    """Return the points of a student by exercise."""
    return {exercise["name"]: exercise["score"] for exercise in graded.results[student]["exercises"]}


def handed_in(folder: Path, student: str, suffix: str) -> Path:
    """Return where a student's file goes, and make its folder."""
    path = folder / student / NAME / f"{NAME}{suffix}"
    path.parent.mkdir(parents=True)
    return path


# ------------------------------------------------------------------------------------ the lesson


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The lesson as a notebook, graded by itself."""
    folder = tmp_path_factory.mktemp("lesson")
    nbformat.write(lesson_notebook(LESSON.read_text("utf-8")), handed_in(folder, "author", ".ipynb"))
    return grade([folder], folder / "reports", "--jobs", "1")


@needs_lesson
def test_lesson_is_read_whole() -> None:
    """Every fence of the lesson becomes a code cell: definitions, training loop, and nothing of the outputs."""
    text = LESSON.read_text("utf-8")
    code = [cell.source for cell in lesson_notebook(text).cells if cell.cell_type == "code"]

    assert len(code) == text.count("```{.python .input")
    assert [s.split("(")[0] for s in code if s.startswith("def ")] == [
        "def softmax",
        "def net",
        "def cross_entropy",
        "def SGD",
        "def evaluate_accuracy",
    ]
    assert sum("for e in range(epochs):" in s for s in code) == 1
    assert not any("output_type" in s for s in code)


@needs_lesson
def test_lesson_earns_full_marks(lesson: Graded) -> None:
    """The lesson's own code scores 20 of 20, with a note for each of the two things that are only right for MNIST."""
    assert lesson.status == 0, lesson.stderr
    result = lesson.results["author"]

    assert (result["score"], result["max_score"]) == (20, 20)
    assert [(n["kind"], n["exercise"]) for n in result["notes"]] == [
        ("fragile", "softmax"),
        ("padding", "evaluate_accuracy"),
    ]
    assert [n["text"] for n in result["notes"]] == [
        "softmax shifts by the maximum of the whole batch: a row that lies hundreds below it underflows",
        "evaluate_accuracy counts the padding of the last batch",
    ]


@needs_lesson
def test_lesson_is_graded_without_its_ten_epochs(lesson: Graded) -> None:
    """The whole program, from start to reports, takes less than 15 seconds: the lesson's own training is not run."""
    assert lesson.seconds < 15


@needs_lesson
def test_lesson_as_published_earns_full_marks(tmp_path: Path) -> None:
    """The Markdown file itself, with notedown's fences, scores 20 of 20."""
    shutil.copy(LESSON, handed_in(tmp_path / "class", "author", ".md"))

    graded = grade([tmp_path / "class"], tmp_path / "reports", "--jobs", "1")

    assert graded.status == 0, graded.stderr
    assert graded.results["author"]["score"] == 20


# ------------------------------------------------------------------------------------ scripts


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Two notebooks of the sample class, each also as a percent script and as Markdown."""
    folder = tmp_path_factory.mktemp("forms")
    for student in STUDENTS:
        source = CLASS / student / NAME / f"{NAME}.ipynb"
        shutil.copy(source, handed_in(folder, f"{student}.ipynb", ".ipynb"))
        for suffix, form in SCRIPTS.items():
            jupytext.write(jupytext.read(source), handed_in(folder, student + suffix, suffix), fmt=form)
    return grade([folder], folder / "reports", "--jobs", "2")


@pytest.mark.parametrize("suffix", SCRIPTS)
@pytest.mark.parametrize("student", STUDENTS)
def test_script_scores_as_its_notebook(forms: Graded, student: str, suffix: str) -> None:
    """A percent script or a Markdown file earns, exercise by exercise, what the notebook earns that it was made of."""
    assert forms.status == 0, forms.stderr
    assert forms.results[student + suffix]["path"].endswith(f"/{NAME}{suffix}")
    assert scores(forms, student + suffix) == scores(forms, f"{student}.ipynb")


def test_forms_are_told_apart_by_what_they_hold(forms: Graded) -> None:
    """The two notebooks compared above earn 20 and 19 points: equal scores are not all or nothing."""
    assert [forms.results[f"{student}.ipynb"]["score"] for student in STUDENTS] == [20, 19]
