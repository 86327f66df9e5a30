"""The program run twice: what the reports hold after one student, or a class, was graded again."""

import subprocess
import sys
from pathlib import Path

from autograder.cli.report import read_results
from tests import small


def autograder(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the program."""
    whole = [sys.executable, "-m", "autograder", *command]
    return subprocess.run(whole, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_grading_one_student_again_keeps_the_class_in_reports(tmp_path: Path) -> None:
    """results.jsonl, index.html and exports hold both; `--only` holds one, and --json always what was graded now."""
    root = small.course(tmp_path)
    for name in ("anna", "ben"):
        small.hand_in(root, name, small.RIGHT)
    assert autograder("grade", "submitted", cwd=root).returncode == 0
    small.hand_in(root, "ben", small.WRONG)
    run = autograder("grade", "submitted/ben", "--json", "-", cwd=root)

    assert run.returncode == 0
    assert [line.count('"student":"ben"') for line in run.stdout.splitlines()] == [1]
    found = read_results(root / "reports/results.jsonl")
    assert [(r.student, r.score) for r in found] == [("anna", 2.0), ("ben", 0.0)]
    assert "anna" in (root / "reports/index.html").read_text()
    assert autograder("grade", "submitted/ben", "--only", cwd=root).returncode == 0
    assert [r.student for r in read_results(root / "reports/results.jsonl")] == ["ben"]
