"""Facts about the whole loop through nbgrader's own commands, for the sample class and for students who tamper.

The class is graded by `autograder grade --gradebook` and by `nbgrader autograde`, into gradebooks of their own.
"""

import csv
import json
import os
import resource
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from tests.nbgrader.course_folder import ASSIGNMENT, COMMENTS, EXERCISES, SCORES, SUBMISSIONS, Course
from tests.nbgrader.handing_in import TAMPERED, encoded, filled, grade_cells, sample_class

pytestmark = pytest.mark.long  # the whole class, more than once; test_one_thread.py grades one submission

TAMPERERS = {f"x-{name}": how for name, how in TAMPERED.items()}
ODD = ("y-nothing", "y-othername", "y-link")
LATE = {  # by student: what timestamp.txt says, and the points of 20 that are left
    "amara": ("2026-12-01 21:00:00 UTC", 20.0),
    "bastian": ("2026-12-01 23:08:00 UTC", 20.0),
    "chiara": ("2026-12-02 10:00:00 UTC", 18.0),
    "oskar": ("2026-12-20 10:00:00 UTC", 0.0),
}
RULES = """
late:
  deadlines:
    softmax_regression: 2026-12-01T23:59:00+01:00
  grace_minutes: 15
  penalty_per_day: 0.1
  cut_off_days: 7
"""
IN_TIME = 1_796_000_000.0  # 2026-11-30, for files that have no timestamp.txt
QUICK = 1.0  # seconds of computing that a submission takes whose result is kept

Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class Graded:
    """What both ways of grading left behind."""

    course: Course
    results: dict[str, dict[str, object]]  # of autograder grade, by student
    by_grade: tuple[Rows, Rows, Rows]
    by_nbgrader: tuple[Rows, Rows, Rows]
    log: str
    seconds: float  # of computing, by nbgrader autograde
    kept: tuple[int, int]  # results in the store before it and after


def hand_in_all(course: Course) -> None:
    """Hand in the sample class, and notebooks with softmax right and everything done to their marks."""
    for student, path in sample_class().items():
        course.hand_in(student, path.read_bytes())
    for number, (student, tamper) in enumerate(TAMPERERS.items()):
        notebook = filled("softmax")
        tamper(notebook)
        notebook["metadata"]["number"] = number  # a file of its own: no result of another counts for it
        course.hand_in(student, encoded(notebook))
    course.hand_in("y-nothing", b"this is not a notebook")
    course.hand_in("y-othername", encoded(filled("softmax")), "Homework (1).ipynb")
    link = course.hand_in("y-link", b"")
    link.unlink()
    link.symlink_to(course.root / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    for path in (course.root / "submitted").rglob("*"):
        os.utime(path, (IN_TIME, IN_TIME), follow_symlinks=False)
    for student, (stamp, _) in LATE.items():
        course.hand_in(student, stamp.encode(), "timestamp.txt")


def book(course: Course) -> tuple[Rows, Rows, Rows]:
    """Return what the gradebook holds."""
    scores, comments, submissions = (course.rows(query) for query in (SCORES, COMMENTS, SUBMISSIONS))
    return scores, comments, submissions


def computing_seconds() -> float:
    """Return what ended commands have computed: unlike wall time, it does not depend on the neighbours."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture(scope="module")
def graded(released: Course, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Grade everything both ways."""
    root = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(released.root, root, symlinks=True)
    course = Course(root)
    with (root / "course.yaml").open("a") as settings:
        settings.write(RULES)
    hand_in_all(course)
    shutil.copy(root / "gradebook.db", root / "before.db")

    done = course.autograder("grade", "--gradebook", "--json", "results.jsonl")
    assert done.returncode == 0, done.stderr
    lines = (root / "results.jsonl").read_text().splitlines()
    results = {result["student"]: result for result in map(json.loads, lines)}
    by_grade = book(course)

    (root / "before.db").replace(root / "gradebook.db")
    store = root / ".autograder/results"
    before, began = len(list(store.iterdir())), computing_seconds()
    done = course.nbgrader("autograde", ASSIGNMENT)
    seconds, after = computing_seconds() - began, len(list(store.iterdir()))
    assert done.returncode == 0, done.stderr
    return Graded(course, results, by_grade, book(course), done.stderr, seconds, (before, after))


def test_everyone_is_graded(graded: Graded) -> None:
    """All of the class, those who tampered, and those whose file is none have a row."""
    everyone = {*sample_class(), *TAMPERERS, *ODD}

    assert len(sample_class()) >= 15
    assert set(graded.course.totals()) == set(graded.results) == everyone


def test_the_gradebooks_totals_are_those_of_autograder_grade(graded: Graded) -> None:
    """Student by student, what nbgrader autograde put into the gradebook adds up to the judged raw score."""
    expected = {student: result["score"] for student, result in graded.results.items()}

    assert graded.course.totals() == pytest.approx(expected)
    assert len({score for score in expected.values() if score}) >= 5  # partial credit, not all or nothing


def test_grade_gradebook_writes_the_same_rows_as_nbgrader_autograde(graded: Graded) -> None:
    """Scores, what needs a hand, comments, deadline, time and penalty: each row is the same either way."""
    for by_grade, by_nbgrader in zip(graded.by_grade, graded.by_nbgrader, strict=True):
        assert by_grade == by_nbgrader
    assert len(graded.by_nbgrader[0]) == len(EXERCISES) * len(graded.results)


@pytest.mark.parametrize("student", TAMPERERS)
def test_what_was_done_to_the_marks_makes_no_difference(graded: Graded, student: str) -> None:
    """With softmax right and cells deleted, doubled, edited, renamed or invented: 4 points for softmax, no more."""
    rows = {name: score for who, name, score, *_ in graded.by_nbgrader[0] if who == student}

    assert rows == dict.fromkeys(EXERCISES, 0.0) | {"softmax": 4.0}


@pytest.mark.parametrize("student", TAMPERERS)
def test_the_graded_notebook_has_each_grade_cell_once_with_its_result(graded: Graded, student: str) -> None:
    """The notebook in autograded/ shows the exercises' cells as they were released, each with its checks."""
    path = graded.course.root / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    cells = grade_cells(json.loads(path.read_text()))
    nbformat.validate(nbformat.read(path, as_version=4))

    assert sorted(cell["metadata"]["nbgrader"]["grade_id"] for cell in cells) == sorted(EXERCISES)
    for cell in cells:
        name = cell["metadata"]["nbgrader"]["grade_id"]
        assert "".join(cell["source"]) == f'check("{name}")'
        assert cell["metadata"]["nbgrader"]["points"] == 4.0
        assert name in "".join(cell["outputs"][0]["data"]["text/plain"])


def test_what_is_no_notebook_has_zero_with_the_reason(graded: Graded) -> None:
    """A broken file and a link have 0 points in each exercise; log and notebook say why; the class goes on."""
    for student, reason in (("y-nothing", "not a notebook"), ("y-link", "symbolic link")):
        path = graded.course.root / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        assert graded.course.totals()[student] == 0.0
        assert reason in path.read_text() or graded.results[student]["reason"] in path.read_text()
        assert graded.results[student]["status"] == "invalid"


def test_a_notebook_under_another_name_counts(graded: Graded) -> None:
    """The only notebook of a folder is graded whatever its name, as `autograder grade` does."""
    assert graded.course.totals()["y-othername"] == 4.0


def test_only_what_is_public_lies_beside_a_graded_notebook(graded: Graded) -> None:
    """nbgrader copies what lies beside a source notebook: no file of the solution is among it."""
    names = {path.name for path in (graded.course.root / "autograded").rglob("*") if not path.is_dir()}

    assert names == {f"{ASSIGNMENT}.ipynb", "timestamp.txt"} | ({"Homework (1).ipynb"} & names)


@pytest.mark.alone
def test_results_are_taken_from_the_store(graded: Graded) -> None:
    """After `autograder grade` nothing is graded again: no new result is kept, and each submission takes no time."""
    before, after = graded.kept

    assert before == after > 0
    assert graded.seconds / len(graded.results) < QUICK


def test_late_work_costs_what_course_yaml_says(graded: Graded) -> None:
    """In time and within the grace nothing; 11 hours late a tenth; after the cut-off everything."""
    penalties = {str(who): penalty for who, _, _, _, penalty in graded.by_nbgrader[2]}
    for student, (_, left) in LATE.items():
        late = graded.results[student]["late"]
        assert 20.0 - float(str(penalties[student] or 0.0)) == pytest.approx(left)
        assert graded.results[student]["score"] == 20.0
        assert (late["score"] if isinstance(late, dict) else 20.0) == pytest.approx(left)
    assert graded.results["amara"]["late"] is None
    assert [who for who, penalty in penalties.items() if penalty] == ["chiara", "oskar"]


def test_export_and_feedback(graded: Graded) -> None:
    """`nbgrader export` has each raw score and what is left; feedback shows checks, diagnosis and the loss plot."""
    course = graded.course
    exported = course.nbgrader("export")
    feedback = course.nbgrader("generate_feedback", ASSIGNMENT, "--student", "chiara")
    assert (exported.returncode, feedback.returncode) == (0, 0), exported.stderr + feedback.stderr
    with (course.root / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    html = (course.root / "feedback/chiara" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()

    assert {s: float(row["raw_score"]) for s, row in rows.items()} == pytest.approx(
        {s: result["score"] for s, result in graded.results.items()}
    )
    assert {student: float(rows[student]["score"]) for student in LATE} == pytest.approx(
        {student: left for student, (_, left) in LATE.items()}
    )
    assert html.count('<div class="agr">') == len(EXERCISES)
    assert "Each row of softmax is a probability distribution" in html
    assert 'alt="Training loss over' in html
    assert "Late submission penalty" in html


def test_a_manual_score_and_an_extension_outlive_grading_again(graded: Graded) -> None:
    """What a grader gave by hand counts after another `nbgrader autograde`, and an extension shifts the deadline."""
    from nbgrader.api import Gradebook

    course = graded.course
    student = "oskar"
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("SGD", ASSIGNMENT, ASSIGNMENT, student).manual_score = 1.5
        gradebook.db.commit()
        gradebook.grant_extension(ASSIGNMENT, student, days=30)
    done = course.nbgrader("autograde", ASSIGNMENT, "--student", student, "--force")
    assert done.returncode == 0, done.stderr
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("SGD", ASSIGNMENT, ASSIGNMENT, student)
        submission = gradebook.find_submission(ASSIGNMENT, student)

        assert (grade.auto_score, grade.manual_score, grade.score, grade.needs_manual_grade) == (4.0, 1.5, 1.5, True)
        assert (submission.score, submission.late_submission_penalty) == (17.5, 0.0)


FAULTY = """
import autograder.grading.grader
from autograder.errors import MachineError

good = autograder.grading.grader.judge


def faulty(suite, cells, server, device):
    if any("UNLUCKY" in cell.source for cell in cells):
        raise MachineError("the worker server failed (Closed)")
    return good(suite, cells, server, device)


autograder.grading.grader.judge = faulty
"""


def test_an_ungraded_submission_gets_no_score_and_the_command_says_so(course: Course) -> None:
    """Where the machine fails, the others are graded; the one is marked for attention, exported empty, tried again."""
    config = course.root / "nbgrader_config.py"
    healthy = config.read_text()
    config.write_text(healthy + FAULTY)
    unlucky = filled("softmax")
    unlucky["cells"].append({"cell_type": "code", "source": "# UNLUCKY", "metadata": {}, "outputs": []})
    course.hand_in("anna", encoded(unlucky))
    course.hand_in("ben", encoded(filled("softmax")))
    done = course.nbgrader("autograde", ASSIGNMENT)
    exported = course.nbgrader("export")
    scores = [row for row in course.rows(SCORES) if row[0] == "anna"]

    assert done.returncode == 1
    assert "anna is NOT GRADED, through no fault of the submission: the worker server failed" in done.stderr
    assert course.totals() == {"anna": None, "ben": 4.0}
    assert [(auto, manual, attention) for _, _, auto, manual, attention in scores] == [(None, None, 1)] * 5
    assert ",anna,,,,,,,20.0" in (course.root / "grades.csv").read_text()
    assert "anna is not graded" in exported.stderr
    assert not (course.root / "autograded/anna" / ASSIGNMENT).exists()

    config.write_text(healthy)
    assert course.nbgrader("autograde", ASSIGNMENT).returncode == 0
    assert course.totals() == {"anna": 4.0, "ben": 4.0}


def test_grade_gradebook_needs_a_release_first(released: Course, tmp_path: Path) -> None:
    """Without a gradebook nothing is graded, and the sentence says which command makes one."""
    root = tmp_path / "course"
    shutil.copytree(released.root, root, symlinks=True)
    (root / "gradebook.db").unlink()
    Course(root).hand_in("anna", encoded(filled()))
    done = Course(root).autograder("grade", "--gradebook")

    assert done.returncode == 2
    assert f"run `nbgrader generate_assignment {ASSIGNMENT}` first" in done.stderr
    assert not (root / "reports").exists()


def test_validate_passes_on_the_solution(course: Course) -> None:
    """`nbgrader validate` runs the solution in its own kernel, where `check` finds every public check passed."""
    done = course.nbgrader("validate", f"solutions/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "Success! Your notebook passes all the tests."
