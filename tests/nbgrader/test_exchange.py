"""nbgrader's exchange, whose folders students make themselves: what is collected from it, and given back through it."""

import os
from pathlib import Path

from tests.nbgrader.course_folder import ASSIGNMENT, Course, copy_course

WHEN = "2026-11-01 10:00:00.000000 UTC"


def with_exchange(root: Path) -> tuple[Course, Path]:
    """Return a course that has an exchange, and the exchange's folder for it."""
    course = copy_course(root / "course")
    exchange = root / "exchange"
    config = f"\nc.CourseDirectory.course_id = 'mx'\nc.Exchange.root = {str(exchange)!r}\n"
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(config)
    (exchange / "mx" / "inbound").mkdir(parents=True)
    exchange.chmod(0o777)
    return course, exchange / "mx"


def test_collecting_follows_no_link_and_stops_at_nobody(tmp_path: Path) -> None:
    """Links, pipes and odd names in the inbound folder cost nobody else anything, and bring nothing from elsewhere."""
    course, exchange = with_exchange(tmp_path)
    for student in ("anna", "eve", "zoe"):
        folder = exchange / "inbound" / f"{student}+{ASSIGNMENT}+{WHEN}+abc"
        folder.mkdir()
        (folder / f"{ASSIGNMENT}.ipynb").write_text("{}")
        (folder / "timestamp.txt").write_text(WHEN)
    eve = exchange / "inbound" / f"eve+{ASSIGNMENT}+{WHEN}+abc"
    (eve / "seed.txt").symlink_to(course.root / "course.yaml")
    (eve / "solutions").symlink_to(course.root / "solutions")
    (eve / "nowhere.txt").symlink_to("nowhere")
    os.mkfifo(eve / "pipe.txt")
    (exchange / "inbound" / f"mallory+{ASSIGNMENT}+{WHEN}+abc").symlink_to(course.root / "solutions" / ASSIGNMENT)
    (exchange / "inbound" / f"norbert+{ASSIGNMENT}+{WHEN}+abc").symlink_to("nowhere")
    (exchange / "inbound" / f"oscar+{ASSIGNMENT}+{'9' * 30}m+abc").mkdir()
    done = course.nbgrader("collect", ASSIGNMENT)

    assert done.returncode == 0, done.stderr
    collected = {str(p.relative_to(course.root / "submitted")) for p in (course.root / "submitted").rglob("*.*")}
    names = (f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb", f"{ASSIGNMENT}/timestamp.txt")
    assert collected == {f"{student}/{name}" for student in ("anna", "eve", "zoe") for name in names}
    assert "not copied: seed.txt (a symbolic link)" in done.stderr


def test_feedback_of_one_without_its_secret_keeps_nobody_s_back(tmp_path: Path) -> None:
    """Who has lost the file that names where the feedback goes gets none; the others do."""
    course, exchange = with_exchange(tmp_path)
    for student in ("anna", "eve", "zoe"):
        folder = course.root / "feedback" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.html").write_text(student)
        if student != "eve":
            (folder / "timestamp.txt").write_text(WHEN)
            (folder / "submission_secret.txt").write_text(f"secret of {student}")
    done = course.nbgrader("release_feedback", ASSIGNMENT)

    assert {path.read_text() for path in (exchange / "feedback").glob("*.html")} == {"anna", "zoe"}
    assert "eve" in done.stderr
    assert "its feedback is not released" in done.stderr
