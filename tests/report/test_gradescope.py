"""Facts about Gradescope's results.json and the zip that makes a Gradescope autograder."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.author import gradescope_zip
from autograder.course import settings as course
from autograder.errors import CourseError
from autograder.report.gradescope import encode, results_json
from autograder.result import Result
from tests.report.samples import CLASS, COLUMNS, HOSTILE, INVALID, LATE, PASSED, SECRET, UNGRADED, WRONG

ROOT = Path(__file__).resolve().parents[2]
VISIBILITY = {"hidden", "after_due_date", "after_published", "visible"}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
TOP: dict[str, Any] = {  # the documented keys, and what may stand there
    "score": float,
    "execution_time": float,
    "output": str,
    "output_format": FORMATS,
    "test_output_format": FORMATS,
    "test_name_format": FORMATS,
    "visibility": VISIBILITY,
    "stdout_visibility": VISIBILITY,
    "extra_data": dict,
    "tests": list,
}
TEST: dict[str, Any] = {
    "score": float,
    "max_score": float,
    "status": {"passed", "failed"},
    "name": str,
    "name_format": FORMATS,
    "number": str,
    "output": str,
    "output_format": FORMATS,
    "tags": list,
    "visibility": VISIBILITY,
    "extra_data": dict,
}


def flaws(found: dict[str, Any], form: dict[str, Any]) -> list[str]:
    """Return the keys whose values the documentation doesn't know."""
    return [
        key
        for key, value in found.items()
        if key not in form or not (value in form[key] if isinstance(form[key], set) else isinstance(value, form[key]))
    ]


@pytest.mark.parametrize("result", [r for r in CLASS if r.score is not None], ids=lambda r: r.status)
def test_form_is_the_documented_one(result: Result) -> None:
    """Every key is documented and has a value of its kind; scores add up to the score."""
    document = json.loads(encode(results_json(result) or {}))
    assert flaws(document, TOP) == []
    assert [flaws(test, TEST) for test in document["tests"]] == [[]] * len(document["tests"])
    if document["tests"]:
        assert sum(test["score"] for test in document["tests"]) == document["score"] == result.score


def test_what_the_grader_prints_stays_hidden() -> None:
    """Students see what is in the file, not what the grader wrote to its streams."""
    document = results_json(WRONG) or {}
    assert (document["stdout_visibility"], document["visibility"]) == ("hidden", "visible")


def test_ungraded_gives_no_file() -> None:
    """Without a score there is no document: Gradescope shows a failed autograder instead of a zero."""
    assert results_json(UNGRADED) is None


def test_hidden_checks_show_the_diagnosis_alone() -> None:
    """A hidden test has its title and diagnosis; its message is nowhere."""
    document = results_json(WRONG) or {}
    assert [test["output"] for test in document["tests"][:2]] == [
        f"wrong\n{COLUMNS}\n3 of 4 values differ",
        f"wrong\n{COLUMNS}",
    ]
    assert [r for r in CLASS if r.score is not None and SECRET.encode() in encode(results_json(r) or {})] == []


def test_output_says_what_to_mend_first() -> None:
    """The text on top has one line a thing to fix; a perfect and an unreadable submission say so."""
    lines = [(results_json(r) or {})["output"].splitlines() for r in (WRONG, INVALID, PASSED)]
    assert lines[0] == ["What to fix, first things first:", f"1. softmax (2 points to gain): {COLUMNS}"]
    assert lines[1] == ["The file is a PDF."]
    assert lines[2] == ["Test accuracy after training: 0.9131"]


def test_score_is_the_raw_one() -> None:
    """Gradescope takes off for lateness by itself, so the score here is that of the work."""
    assert (results_json(LATE) or {})["score"] == 2.0


def test_all_text_is_plain_text() -> None:
    """Formats say text, so that a script in a message is shown and not run."""
    document = results_json(HOSTILE) or {}
    formats = {document[k] for k in ("output_format", "test_output_format", "test_name_format")}
    formats |= {test[k] for test in document["tests"] for k in ("output_format", "name_format")}
    assert formats == {"text"}


@pytest.fixture(scope="module")
def archive() -> zipfile.ZipFile:
    """The zip of the repository's own assignment."""
    return zipfile.ZipFile(io.BytesIO(gradescope_zip.make(ROOT, course.load(ROOT), "softmax_regression")))


def test_scripts_are_at_the_root_and_executable(archive: zipfile.ZipFile) -> None:
    """`setup.sh` and `run_autograder` stand at the root, as Gradescope asks, with an interpreter line."""
    for name in ("setup.sh", "run_autograder"):
        assert archive.getinfo(name).external_attr >> 16 == 0o100755
        assert archive.read(name).startswith(b"#!/usr/bin/env bash\n")
        checked = subprocess.run(["bash", "-n"], input=archive.read(name), capture_output=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, b"")


def test_zip_holds_what_grading_needs_and_no_more(archive: zipfile.ZipFile) -> None:
    """Checks, references and the solution, which says what is right, are in it; mutants, tests and caches are not."""
    names = archive.namelist()
    assert [n for n in names if n.startswith("solutions/")] == [
        f"solutions/softmax_regression/{name}"
        for name in ("__init__.py", "checks.py", "reference.py", "softmax_regression.ipynb")
    ]
    assert {n.split("/")[0] for n in names} == {
        *("LICENSE", "README.md", "autograder", "course.yaml", "data", "mxnet_compat.py", "mxnet_compat.pth"),
        *("pyproject.toml", "requirements.lock", "run_autograder", "scripts", "setup.sh", "solutions"),
    }
    assert [n for n in names if "__pycache__" in n or n.endswith(".pyc")] == []


def test_zip_is_the_same_each_time() -> None:
    """The same files give the same bytes."""
    settings = course.load(ROOT)
    first = gradescope_zip.make(ROOT, settings, "softmax_regression")
    assert gradescope_zip.make(ROOT, settings, "softmax_regression") == first


def test_an_unknown_assignment_is_refused() -> None:
    """The sentence names those that there are."""
    with pytest.raises(CourseError, match="there are: softmax_regression"):
        gradescope_zip.make(ROOT, course.load(ROOT), "linear")


def test_run_autograder_grades_a_submission(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    """The unpacked zip, laid out as in Gradescope's container, gives the solution full marks."""
    archive.extractall(tmp_path / "source")
    python = tmp_path / "source" / ".venv" / "bin" / "python"  # what setup.sh would install there
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (tmp_path / "submission").mkdir()
    solution = ROOT / "solutions" / "softmax_regression" / "softmax_regression.ipynb"
    (tmp_path / "submission" / "My work.ipynb").write_bytes(solution.read_bytes())
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "results.json").write_text("old")

    done = subprocess.run(
        ["bash", tmp_path / "source" / "run_autograder"],
        env={"PATH": os.environ["PATH"], "AUTOGRADER_TOP": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "results" / "results.json").read_bytes())
    assert (document["score"], {test["status"] for test in document["tests"]}) == (20.0, {"passed"})


def test_run_autograder_leaves_no_result_when_grading_fails(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    """Where the grader cannot grade, an old result is gone, none is written, and the status is not 0."""
    for name in ("run_autograder", "setup.sh"):
        archive.extract(name, tmp_path / "source")
    (tmp_path / "submission").mkdir()
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "results.json").write_text("old")
    done = subprocess.run(
        ["bash", tmp_path / "source" / "run_autograder"],
        env={"PATH": os.environ["PATH"], "AUTOGRADER_TOP": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert not (tmp_path / "results" / "results.json").exists()
