"""Facts about `nbgrader generate_assignment`: it releases stub and public cases, and nothing of the solution."""

import shutil
from pathlib import Path

import pytest

from autograder.author import release
from tests.nbgrader.course_folder import ASSIGNMENT, EXERCISES, ROOT, Course

NOTEBOOK = f"{ASSIGNMENT}.ipynb"
CASES = "public_cases.msgpack"


def files(folder: Path) -> set[str]:
    """Return the paths of all files under a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def test_it_releases_the_very_stub_that_autograder_release_makes(released: Course, tmp_path: Path) -> None:
    """Stub and public cases are, byte for byte, those of `autograder release`."""
    release.release(released.root / "solutions" / ASSIGNMENT / NOTEBOOK, tmp_path / NOTEBOOK)
    release.record(released.root, ASSIGNMENT, tmp_path)
    made = released.root / "assignments" / ASSIGNMENT

    assert (made / NOTEBOOK).read_bytes() == (tmp_path / NOTEBOOK).read_bytes()
    assert (made / CASES).read_bytes() == (tmp_path / CASES).read_bytes()


def test_nothing_else_is_released(released: Course) -> None:
    """References, checks, mutants and what Python made of them stay behind."""
    beside = files(ROOT / "solutions" / ASSIGNMENT)

    assert files(released.root / "assignments") == {f"{ASSIGNMENT}/{NOTEBOOK}", f"{ASSIGNMENT}/{CASES}"}
    assert {"checks.py", "reference.py", "__init__.py"} <= beside


def test_releasing_again_needs_no_option_and_leaves_the_same(course: Course) -> None:
    """A second run replaces a stub that was changed, makes the cases anew, and keeps mutants and folders private."""
    made = course.root / "assignments" / ASSIGNMENT
    before = {name: (made / name).read_bytes() for name in (NOTEBOOK, CASES)}
    (made / NOTEBOOK).write_text("{}")
    (made / CASES).unlink()
    mutants = course.root / "solutions" / ASSIGNMENT / "mutants" / "deep"
    mutants.mkdir(parents=True, exist_ok=True)
    (mutants / "mutant.txt").write_text("secret")
    done = course.nbgrader("generate_assignment", ASSIGNMENT)

    assert done.returncode == 0, done.stderr
    assert {name: (made / name).read_bytes() for name in files(made)} == before


def test_the_gradebook_learns_each_exercise(released: Course) -> None:
    """The gradebook holds a grade cell of 4 points for each exercise."""
    rows = released.rows("select b.name, g.max_score from grade_cells g join base_cell b on b.id = g.id")

    assert dict(rows) == dict.fromkeys(EXERCISES, 4.0)


def test_points_that_disagree_with_course_yaml_are_refused(course: Course) -> None:
    """Where notebook and course.yaml disagree nothing is released, and one sentence says what to fix."""
    cheaper_sgd(course)
    shutil.rmtree(course.root / "assignments")
    done = course.nbgrader("generate_assignment", ASSIGNMENT)

    assert done.returncode == 1
    assert "the checks of SGD add up to 4 points, but course.yaml gives it 3" in done.stderr
    assert not (course.root / "assignments" / ASSIGNMENT).exists()


def cheaper_sgd(course: Course) -> None:
    """Let course.yaml give SGD 3 points, where the notebook says 4."""
    settings = course.root / "course.yaml"
    text = settings.read_text().replace("      SGD:\n        points: 4", "      SGD:\n        points: 3")
    settings.write_text(text.replace("    points: 20", "    points: 19"))


def test_a_gradebook_that_disagrees_stops_autograde_before_anything_is_graded(course: Course) -> None:
    """Points that were changed after the release are told in one line, once, without a traceback."""
    cheaper_sgd(course)
    course.hand_in("anna", b"{}")
    course.hand_in("ben", b"{}")
    done = course.nbgrader("autograde", ASSIGNMENT)

    assert done.returncode == 1
    assert done.stderr.count("the grade cell 'SGD' is worth 4 points, but course.yaml gives it 3") == 1
    assert "Traceback" not in done.stderr
    assert not (course.root / "autograded").exists()


BREAKS = {
    "points that disagree": lambda root: cheaper_sgd(Course(root)),
    "checks that cannot be imported": lambda root: (root / "solutions" / ASSIGNMENT / "checks.py").write_text("1 / 0"),
    "a source that is no notebook": lambda root: (root / "solutions" / ASSIGNMENT / NOTEBOOK).write_text("{"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_release_that_fails_leaves_the_last_one(course: Course, what: str) -> None:
    """What students have stays as it is, stub and cases, until all of the new release is made; nothing lies about."""
    made = course.root / "assignments"
    before = {name: (made / name).read_bytes() for name in files(made)}
    BREAKS[what](course.root)
    for done in (course.nbgrader("generate_assignment", ASSIGNMENT, "--force"), course.autograder("release")):
        assert done.returncode != 0 or what == "points that disagree"  # of which `autograder release` knows nothing
        assert {name: (made / name).read_bytes() for name in files(made)} == before
    assert [path.name for path in made.iterdir()] == [ASSIGNMENT]


def test_a_release_that_is_interrupted_leaves_the_last_one(course: Course) -> None:
    """Stopped in the middle of the build, by Ctrl-C, all files are still there."""
    made = course.root / "assignments"
    before = {name: (made / name).read_bytes() for name in files(made)}
    checks = course.root / "solutions" / ASSIGNMENT / "checks.py"
    checks.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n" + checks.read_text())
    done = course.nbgrader("generate_assignment", ASSIGNMENT)

    assert done.returncode != 0
    assert {name: (made / name).read_bytes() for name in files(made)} == before


def test_files_are_replaced_and_what_is_gone_from_the_new_release_goes(tmp_path: Path) -> None:
    """Each file is replaced at once; a folder may have become a file, and a file a folder."""
    for name in ("old/a/x", "old/b", "old/same", "new/a", "new/b/y", "new/same"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    release.replace_files(tmp_path / "new", tmp_path / "old", whole=True)

    assert files(tmp_path / "old") == {"a", "b/y", "same"}
    assert (tmp_path / "old" / "same").read_text() == "new/same"
