"""Wrong usage of every command is exit 2 and one sentence, whatever is wrong; nothing on stdout, no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import small

ENV = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
QUALITY = "autograder.author.quality"

WRONG: dict[str, tuple[list[str], str]] = {
    "audit before release": (["autograder", "audit"], "doubling.ipynb: the solution notebook is missing"),
    "release without a notebook": (["autograder", "release"], "doubling.ipynb: the solution notebook is missing"),
    "nothing to calibrate": (["autograder", "calibrate"], "no assignment has `training:` settings to calibrate"),
    "a course that is not there": (["autograder", "audit", "--course", "nowhere"], "nowhere: there is no such folder"),
    "a file for a course": (["autograder", "grade", "--course", "file"], "file: there is no such folder"),
    "a folder that is not there": (["autograder", "doctor", "nowhere"], "nowhere: there is no such folder"),
    "reports in a file": (["autograder", "report", "--out", "file"], "file/results.jsonl: cannot be read or written"),
    "no isolation": (
        ["autograder", "grade", "--isolation", "docker"],
        "--isolation docker: choose one of auto, bubble",
    ),
    "no scheduler": (["autograder", "grade", "--scheduler", "nonsense"], "--scheduler nonsense: no Dask scheduler"),
    "fewer jobs than none": (["autograder", "audit", "--jobs", "-1"], "Invalid value for '--jobs'"),
    "no jobs for quality": ([QUALITY, "submitted", "--jobs", "0"], "write a number from 1 on"),
    "no corpus for quality": ([QUALITY, "submitted"], "there is no assignment 'submitted'; there are: doubling"),
    "no folder for quality": ([QUALITY, "nowhere"], "nowhere: there is no such folder"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG.keys())
def test_wrong_usage_is_exit_2_and_a_sentence(arguments: list[str], said: str, tmp_path: Path) -> None:
    """On stderr, where it may be framed."""
    root = small.course(tmp_path)
    small.hand_in(root, "alice", small.RIGHT)
    (root / "file").write_text("")
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=ENV, timeout=120, check=False)
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr
    assert (done.returncode, done.stdout) == (2, "")


def test_isolation_that_there_is_not_in_course_yaml_is_exit_2(tmp_path: Path) -> None:
    """By the key."""
    root = small.course(tmp_path)
    small.hand_in(root, "alice", small.RIGHT)
    (root / "course.yaml").write_text(small.COURSE.replace("device: cpu", "device: cpu\nisolation: docker"))
    command = [sys.executable, "-m", "autograder", "grade"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=ENV, timeout=120, check=False)
    assert done.returncode == 2
    assert "course.yaml: isolation: invalid enum value 'docker'" in done.stderr
