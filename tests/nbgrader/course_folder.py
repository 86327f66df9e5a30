"""A course folder as an instructor has it, and nbgrader's own commands run in it, in processes of their own."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "softmax_regression"
EXERCISES = ("softmax", "cross_entropy", "SGD", "evaluate_accuracy", "training")

# What the gradebook holds of an exercise's score, a cell to solve and a submission, without its random ids.
SCORES = """
select sa.student_id, bc.name, g.auto_score, g.manual_score, g.needs_manual_grade
from grade g join base_cell bc on bc.id = g.cell_id join submitted_notebook sn on sn.id = g.notebook_id
join submitted_assignment sa on sa.id = sn.assignment_id order by 1, 2
"""
COMMENTS = """
select sa.student_id, bc.name, c.auto_comment, c.manual_comment
from comment c join base_cell bc on bc.id = c.cell_id join submitted_notebook sn on sn.id = c.notebook_id
join submitted_assignment sa on sa.id = sn.assignment_id order by 1, 2
"""
SUBMISSIONS = """
select sa.student_id, a.name, a.duedate, sa.timestamp, sn.late_submission_penalty
from submitted_assignment sa join submitted_notebook sn on sn.assignment_id = sa.id
join assignment a on a.id = sa.assignment_id order by 1
"""


@dataclass(frozen=True)
class Course:
    """A course's folder."""

    root: Path
    path: str = "/usr/bin:/bin"  # where programs are found

    def nbgrader(self, *words: str, seconds: float = 250) -> "subprocess.CompletedProcess[str]":
        """Run an nbgrader command as its users do, without an activated environment."""
        return self._run("nbgrader", *words, seconds=seconds)

    def autograder(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run our own command."""
        return self._run("autograder", *words)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the gradebook's database."""
        with closing(sqlite3.connect(self.root / "gradebook.db")) as book:
            return book.execute(query).fetchall()

    def totals(self) -> dict[str, float | None]:
        """Return each student's sum of automatic scores; None where one is missing."""
        found: dict[str, float | None] = {}
        for student, _, score, *_ in self.rows(SCORES):
            before = found.get(str(student), 0.0)
            found[str(student)] = None if score is None or before is None else before + float(str(score))
        return found

    def hand_in(self, student: str, content: bytes, name: str = f"{ASSIGNMENT}.ipynb") -> Path:
        """Put a file where nbgrader collects submissions."""
        path = self.root / "submitted" / student / ASSIGNMENT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def _run(self, module: str, *words: str, seconds: float = 250) -> "subprocess.CompletedProcess[str]":
        environment = {key: os.environ[key] for key in ("HOME", "LANG", "TMPDIR") if key in os.environ}
        environment |= {"PATH": self.path, "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        command = [sys.executable, "-m", module, *words]
        return subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )


def copy_course(root: Path) -> Course:
    """Copy what an instructor starts with to `root`: settings, solutions and the data set."""
    root.mkdir(parents=True, exist_ok=True)
    for name in ("course.yaml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "solutions", root / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "data").symlink_to(ROOT / "data", target_is_directory=True)
    return Course(root)
