"""nbgrader's commands judge with one BLAS thread, too; see tests/test_blas.py."""

import subprocess
import sys
from pathlib import Path

import pytest
from noting import noting

from tests.nbgrader.course_folder import ASSIGNMENT, ROOT, Course


def test_autograde_has_one_thread(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the environment asks for two."""
    course.hand_in("ada", (ROOT / f"solutions/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_bytes())
    notes = noting(tmp_path, monkeypatch)
    command = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
    subprocess.run(command, cwd=course.root, capture_output=True, timeout=250, check=True)
    assert notes.read_text() == "autograde 1\n"
    assert course.totals() == {"ada": 20.0}
