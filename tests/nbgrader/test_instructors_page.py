"""Facts about docs/instructors.md: its script goes from an empty folder to exported grades, and its settings load."""

import csv
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from autograder.course import settings as courses
from tests.nbgrader.course_folder import ASSIGNMENT, ROOT
from tests.nbgrader.handing_in import encoded, filled

PAGE = ROOT / "docs/instructors.md"


def block(language: str, begins: str = "") -> str:
    """Return the one block of code in a language that begins so."""
    (found,) = re.findall(rf"^```{language}\n({begins}.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.mark.long
def test_the_script_goes_from_an_empty_folder_to_exported_grades(tmp_path: Path) -> None:
    """Run as it stands, by sh, it makes stubs, a page for each student, and the grades."""
    work, klass = tmp_path / "empty", tmp_path / "class"
    work.mkdir()
    for student, functions in {"anna": ("softmax", "SGD"), "ben": ()}.items():
        path = klass / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(encoded(filled(*functions)))
    environment = {"AUTOGRADER": str(ROOT), "CLASS": str(klass), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["/bin/sh"],
        input=block("sh"),
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with (work / "grades.csv").open() as file:
        grades = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}

    assert grades == {"anna": 8.0, "ben": 0.0}
    assert (work / "assignments" / ASSIGNMENT / "public_cases.msgpack").is_file()
    assert sorted(path.parts[-3] for path in (work / "feedback").rglob("*.html")) == ["anna", "ben"]


def test_the_settings_for_late_work_load(tmp_path: Path) -> None:
    """The section that the page shows is one that course.yaml takes."""
    shutil.copy(ROOT / "course.yaml", tmp_path / "course.yaml")
    (tmp_path / "data").symlink_to(ROOT / "data", target_is_directory=True)
    with (tmp_path / "course.yaml").open("a") as settings:
        settings.write(block("yaml", "late:"))
    rules = courses.load(tmp_path).late

    assert rules is not None
    assert (rules.grace_minutes, rules.penalty_per_day, rules.cut_off_days) == (15, 0.1, 7)
    assert rules.deadlines[ASSIGNMENT].isoformat() == "2026-12-01T23:59:00+01:00"
