"""Facts about the sample class: what each submission earns and is told, and what grading a class costs.

Beside each submission, `expected.yaml` says what must come of it. `scores` is `all`, or the points by exercise.
`checks` lists the checks that fail, by name, or by exercise where all of its checks fail alike: `verdict`, a part of
`message` and, where it matters, a part of `diagnosis` (null: there must be none). `notes` has a part of each note, in
order. Every check that is not listed passes.
"""

import importlib.util
import json
import os
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

import pytest
import yaml
from markupsafe import escape

from autograder.course.settings import load
from autograder.judging.judge import PATIENCE
from autograder.report.advice import fixes, headline
from autograder.result import decode
from tests.program import ROOT, Graded, Result, grade

CLASS = ROOT / "tests/submissions/sample_class"
STUDENTS = sorted(path.name for path in CLASS.iterdir())
CORRECT = ("amara", "bastian", "chiara", "oskar")
MEASURED = 3  # runs, of which the best counts: other programs may have the processor meanwhile


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The class, graded once, two at a time."""
    return grade(["tests/submissions/sample_class"], tmp_path_factory.mktemp("reports"), "--jobs", "2")


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The class, graded one after another, its folders named in the opposite order."""
    folders = [f"tests/submissions/sample_class/{student}" for student in reversed(STUDENTS)]
    return grade(folders, tmp_path_factory.mktemp("again"), "--jobs", "1")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """The script that makes the class."""
    path = ROOT / "tests/submissions/make_sample_class.py"
    spec = importlib.util.spec_from_file_location("make_sample_class", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def expectation(student: str) -> dict[str, Any]:
    """Read what must come of a student's submission."""
    found: dict[str, Any] = yaml.safe_load((CLASS / student / "expected.yaml").read_text("utf-8"))
    return found


def differences(expected: dict[str, Any], result: Result) -> list[str]:
    """Say in one line each where a result is not as expected; a wrong expectation counts as a difference too."""
    unknown = set(expected) - {"story", "status", "reason", "scores", "checks", "notes"}
    found = [f"expected.yaml: unknown key {key}" for key in sorted(unknown)]
    found += _apart("status", expected["status"], result["status"])
    found += _lacks("reason", expected.get("reason"), result["reason"])
    exercises = {e["name"]: e for e in result["exercises"]}
    scores = expected.get("scores", {})
    if scores == "all":
        scores = {name: e["max_score"] for name, e in exercises.items()}
        scores |= {"total": result["max_score"]}
    got = {name: e["score"] for name, e in exercises.items()}
    found += _apart("scores", scores, got | ({"total": result["score"]} if "total" in scores else {}))
    found += _apart("score", sum(got.values()), result["score"])
    listed = dict(expected.get("checks", {}))
    names = set(exercises) | {c["name"] for e in exercises.values() for c in e["checks"]}
    found += [f"expected.yaml: there is no check {name}" for name in listed if name not in names]
    for exercise in exercises.values():
        for check in exercise["checks"]:
            wanted = listed.get(check["name"], listed.get(exercise["name"], {"verdict": "pass"}))
            found += _apart(f"{check['name']}: verdict", wanted["verdict"], check["verdict"])
            found += _apart(
                f"{check['name']}: score", check["max_score"] * (wanted["verdict"] == "pass"), check["score"]
            )
            found += _lacks(f"{check['name']}: message", wanted.get("message"), check["message"])
            if "diagnosis" in wanted or wanted["verdict"] == "pass":
                found += _lacks(f"{check['name']}: diagnosis", wanted.get("diagnosis"), check["diagnosis"])
    notes = expected.get("notes", [])
    if len(notes) != len(result["notes"]):
        return [*found, f"notes: expected {notes}, got {result['notes']}"]
    return found + [
        line for want, got in zip(notes, result["notes"], strict=True) for line in _lacks("note", want, got["text"])
    ]


def _apart(what: str, want: object, got: object) -> list[str]:
    return [] if want == got else [f"{what}: expected {want!r}, got {got!r}"]


def _lacks(what: str, want: str | None, got: str | None) -> list[str]:
    if want is None or got is None:
        return _apart(what, want, got)
    return [] if want in got else [f"{what}: expected {want!r} in it, got {got!r}"]


def without_seconds(result: Result) -> Result:
    """Return a result less its times."""
    return {key: value for key, value in result.items() if key != "seconds"}


def page(graded: Graded, student: str) -> str:
    """Return the page of a student."""
    return (graded.out / f"softmax_regression/{student}.html").read_text("utf-8")


# ------------------------------------------------------------------------------------ the files


def test_committed_notebooks_are_what_the_script_makes(generator: ModuleType) -> None:
    """Every notebook of the class is, byte for byte, the stub with the edits that are kept beside it."""
    made = generator.make()

    assert list(made) == STUDENTS
    assert [s for s in STUDENTS if generator.place(s).read_bytes() != made[s]] == []


def test_script_refuses_a_cell_that_the_stub_lacks(generator: ModuleType) -> None:
    """An edit of a cell that the stub no longer has stops the script, which names the cell."""
    with pytest.raises(ValueError, match="there is no cell 'gone'"):
        generator.edited({"cells": []}, "# %% gone\nx = 1\n", "amara")


def test_script_puts_new_cells_in_their_order(generator: ModuleType) -> None:
    """Two new cells behind the same cell stand in the order in which they were added."""
    notebook = {"cells": [{"id": "a", "source": []}, {"id": "b", "source": []}]}
    edits = "# %% new after a\n1\n# %% new after a\n2\n# %% delete b\n"

    made = generator.edited(notebook, edits, "amara")

    assert [cell["source"] for cell in made["cells"]] == [[], ["1"], ["2"]]


# ------------------------------------------------------------------------------------ what is earned and told


def test_class_is_found_as_it_lies(graded: Graded) -> None:
    """The program finds each student's notebook once, in order, and nothing else; exit status 0."""
    assert graded.status == 0, graded.stderr
    paths = [result["path"] for result in graded.results.values()]

    assert list(graded.results) == STUDENTS
    assert paths == [
        f"tests/submissions/sample_class/{s}/softmax_regression/softmax_regression.ipynb" for s in STUDENTS
    ]


@pytest.mark.parametrize("student", STUDENTS)
def test_submission_gets_what_it_deserves(graded: Graded, student: str) -> None:
    """Scores, verdicts, messages, diagnoses and notes are those of expected.yaml."""
    apart = differences(expectation(student), graded.results[student])

    assert not apart, f"{student} ({expectation(student)['story']}):\n  " + "\n  ".join(apart)


def test_differences_are_noticed(graded: Graded) -> None:
    """The comparison with expected.yaml sees a wrong score, verdict, message, diagnosis, note and reason."""
    result = graded.results["farid"]
    right = expectation("farid")
    check = {"verdict": "raised", "message": "no such text", "diagnosis": None}
    wrong = right | {
        "reason": "x",
        "scores": right["scores"] | {"softmax": 4},
        "checks": {"stays_finite_for_large_logits": check, "no_such_check": check},
        "notes": ["x"],
    }

    assert [line.split(":")[0] for line in differences(wrong, result)] == [
        "reason",
        "scores",
        "expected.yaml",
        *["stays_finite_for_large_logits"] * 3,
        "notes",
    ]


def test_correct_submissions_are_named_here(graded: Graded) -> None:
    """Exactly the submissions that are timed below get full marks."""
    full = [student for student, result in graded.results.items() if result["score"] == result["max_score"]]

    assert tuple(full) == CORRECT


# ------------------------------------------------------------------------------------ streams and pages


def test_progress_goes_to_stderr(graded: Graded) -> None:
    """stdout has one JSON object a submission and nothing else; each one's progress is on stderr."""
    lines = graded.stdout.splitlines()
    progress = [line for line in graded.stderr.splitlines() if f" of {len(STUDENTS)}: " in line]

    assert [line[:12] for line in lines] == ['{"schema":2,'] * len(STUDENTS)
    assert [line.split(":")[0] for line in progress] == [f"{i + 1} of {len(STUDENTS)}" for i in range(len(STUDENTS))]
    assert sorted(line.split()[3] for line in progress) == STUDENTS


@pytest.mark.long
def test_grading_twice_gives_the_same(graded: Graded, again: Graded) -> None:
    """One at a time and in the opposite order, every result is the same but for the seconds."""
    assert again.status == 0, again.stderr
    assert list(again.results) == STUDENTS[::-1]
    for student in STUDENTS:
        assert without_seconds(again.results[student]) == without_seconds(graded.results[student])


def test_every_student_has_a_page(graded: Graded) -> None:
    """The index links to each student's page, which has the student's score."""
    index = (graded.out / "index.html").read_text("utf-8")

    for student, result in graded.results.items():
        assert f'"softmax_regression/{student}.html"' in index
        assert f"{result['score']:g}" in page(graded, student)


def test_pages_keep_what_hidden_checks_saw(graded: Graded) -> None:
    """No student's page has the message of a hidden check, unless a public check says the same."""
    kept, shown = [], []
    for student, result in graded.results.items():
        checks = [c for e in result["exercises"] for c in e["checks"] if c["message"]]
        public = {c["message"] for c in checks if not c["hidden"]}
        hidden = {c["message"] for c in checks if c["hidden"]} - public
        text = page(graded, student)
        kept += [(student, m) for m in hidden if str(escape(m)) not in text]
        shown += [(student, m) for m in hidden if str(escape(m)) in text]
        assert all(str(escape(m)) in text for m in public)

    assert shown == []
    assert len(kept) > 10


def test_one_cause_is_told_once(graded: Graded) -> None:
    """Where one thing spoils a whole exercise, the advice is one sentence that covers all of its checks."""
    lines = {json.loads(line)["student"]: decode(line.encode()) for line in graded.stdout.splitlines()}
    told = {
        student: [(fix.exercise, fix.others) for fix in fixes(lines[student])]
        for student in ("elif", "greta", "jamal", "kateryna", "lena")
    }

    assert told == {
        "elif": [("SGD", 0), ("evaluate_accuracy", 0), ("training", 0)],
        "greta": [("softmax", 0), ("training", 0)],
        "jamal": [("cross_entropy", 0), ("training", 0)],
        "kateryna": [("evaluate_accuracy", 0)],
        "lena": [("cross_entropy", 0), ("training", 0)],
    }


def test_headline_names_the_exercise_once(graded: Graded) -> None:
    """The class table's last column says `SGD is still blank`, and names the exercise where the sentence does not."""
    lines = {json.loads(line)["student"]: decode(line.encode()) for line in graded.stdout.splitlines()}

    assert headline(lines["elif"]) == "SGD is still blank"
    assert headline(lines["mateo"]) == "SGD: the notebook defines no SGD"
    assert headline(lines["amara"]) == ""


# ------------------------------------------------------------------------------------ what it costs


@pytest.mark.long
@pytest.mark.alone
def test_infinite_loop_costs_its_own_deadline(graded: Graded) -> None:
    """A function that never returns costs its exercise and two deadlines; nobody else takes even one."""
    deadline = load(ROOT).limits.call_seconds
    spent = {student: sum(result["seconds"].values()) for student, result in graded.results.items()}
    looping = graded.results["kateryna"]

    assert {e["name"]: e["score"] == e["max_score"] for e in looping["exercises"]} == {
        "softmax": True,
        "cross_entropy": True,
        "SGD": True,
        "evaluate_accuracy": False,
        "training": True,
    }
    assert PATIENCE * deadline <= looping["seconds"]["checks"] < PATIENCE * deadline + 1
    assert [student for student, seconds in spent.items() if seconds >= deadline] == ["kateryna"]


@pytest.mark.long
@pytest.mark.alone
def test_correct_submission_is_graded_in_seconds(again: Graded, tmp_path: Path) -> None:
    """Importing and checking a correct submission takes less than 0.25 s (median), the whole of it less than 3 s."""
    folders = [f"tests/submissions/sample_class/{student}" for student in CORRECT]
    runs = [again, *(grade(folders, tmp_path, "--jobs", "1") for _ in range(MEASURED - 1))]
    spent = [[run.results[student]["seconds"] for run in runs] for student in CORRECT]
    fixed = [min(s["import"] + s["checks"] for s in each) for each in spent]
    total = [min(sum(s.values()) for s in each) for each in spent]

    measured = f"{fixed} and {total} s, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    assert median(fixed) < 0.25, measured
    assert median(total) < 3, measured
