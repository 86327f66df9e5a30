"""Links and nesting in what is handed in, in every way of naming a path: nobody gets, makes or loses another's row."""

import glob
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course.notebook import InvalidSubmission, read_submission
from autograder.course.settings import Course
from autograder.course.submissions import find
from autograder.errors import CourseError, MachineError
from tests.making import ASSIGNMENT

NOTEBOOK = f"{ASSIGNMENT}.ipynb"
OWN, ANNAS, SOLUTION = ("own = 1", "annas = 1", "solution = 1")


def notebook(path: Path, code: str) -> Path:
    """Write a notebook of one cell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{{"cells": [{{"cell_type": "code", "source": "{code}"}}]}}')
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course's folder, reached through a link as homes often are, with honest submissions; it is the current one."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "home").symlink_to("disk")
    root = tmp_path / "home"
    (root / "course.yaml").touch()
    notebook(root / "solutions" / ASSIGNMENT / NOTEBOOK, SOLUTION)
    for student in ("anna", "zoe"):
        notebook(root / "submitted" / student / ASSIGNMENT / NOTEBOOK, ANNAS)
    monkeypatch.chdir(root)
    return root


def outcomes(paths: list[Path], course: Course) -> dict[str, str]:
    """Return for each student the code that would be graded, or why there is none. No student has two rows."""
    rows = find(paths, course, None)
    assert len({(h.student, h.assignment) for h in rows}) == len(rows)
    found = {}
    for submission in rows:
        try:
            read = (
                None
                if submission.problem or submission.fault
                else read_submission(submission.path, inner=submission.inner)
            )
            found[submission.student] = read.cells[0].source if read else submission.problem or submission.fault or ""
        except (InvalidSubmission, MachineError) as error:
            found[submission.student] = str(error)
    return found


def expanded(pattern: str) -> list[str]:
    """Expand a pattern as a shell does, following links."""
    return sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - pathlib does not follow links for **


WAYS: dict[str, Callable[[Path], list[str]]] = {
    "the tree": lambda root: [f"{root}/submitted"],
    "the tree, relative": lambda _: ["submitted"],
    "the tree, with a slash": lambda _: ["submitted/"],
    "the tree as .": lambda root: os.chdir(root / "submitted") or ["."],  # type: ignore[func-returns-value]
    "the tree with ..": lambda _: ["solutions/../submitted"],
    "students by a glob": lambda _: expanded("submitted/*"),
    "students by a glob, with slashes": lambda _: expanded("submitted/*/"),
    "assignments by a glob": lambda _: expanded("submitted/*/*"),
    "files by a glob": lambda _: expanded("submitted/*/*/*.ipynb"),
    "all files by a glob": lambda root: expanded(f"{root}/submitted/**/*.ipynb"),
    "the student": lambda _: ["submitted/eve"],
    "the student, among others": lambda root: os.chdir(root / "submitted") or ["anna", "eve"],  # type: ignore[func-returns-value]
    "the student with ..": lambda _: ["submitted/anna/../eve"],
    "the assignment": lambda _: [f"submitted/eve/{ASSIGNMENT}"],
    "the assignment, with a slash": lambda _: [f"submitted/eve/{ASSIGNMENT}/"],
    "the assignment and back": lambda _: [f"submitted/eve/{ASSIGNMENT}/../{ASSIGNMENT}"],
    "the file": lambda _: [f"submitted/eve/{ASSIGNMENT}/{NOTEBOOK}"],
    "the file from the root": lambda root: [f"{root}/submitted/eve/{ASSIGNMENT}/{NOTEBOOK}"],
}


def file_linked(eve: Path) -> None:
    """The notebook is a link to a neighbour's."""
    (eve / ASSIGNMENT).mkdir(parents=True)
    (eve / ASSIGNMENT / NOTEBOOK).symlink_to(f"../../anna/{ASSIGNMENT}/{NOTEBOOK}")


def folder_linked(eve: Path) -> None:
    """The assignment's folder is a link to a neighbour's."""
    eve.mkdir()
    (eve / ASSIGNMENT).symlink_to(f"../anna/{ASSIGNMENT}")


def folder_linked_by_a_chain(eve: Path) -> None:
    """The assignment's folder is a link to a link to the solution's."""
    eve.mkdir()
    (eve / "first").symlink_to(f"../../solutions/{ASSIGNMENT}")
    (eve / ASSIGNMENT).symlink_to("first")


def student_linked(eve: Path) -> None:
    """The student's folder is a link to a neighbour's."""
    eve.symlink_to("anna")


def student_linked_to_solutions(eve: Path) -> None:
    """The student's folder is a link to the solutions, which look like one."""
    eve.symlink_to(eve.parents[1] / "solutions")


def student_linked_to_the_class(eve: Path) -> None:
    """The student's folder is a link to the class itself."""
    eve.symlink_to(".")


def hard_linked(eve: Path) -> None:
    """The notebook is a hard link to the solution's."""
    (eve / ASSIGNMENT).mkdir(parents=True)
    (eve / ASSIGNMENT / NOTEBOOK).hardlink_to(eve.parents[1] / "solutions" / ASSIGNMENT / NOTEBOOK)


def dangling(eve: Path) -> None:
    """The notebook is a link that leads nowhere."""
    (eve / ASSIGNMENT).mkdir(parents=True)
    (eve / ASSIGNMENT / NOTEBOOK).symlink_to("nowhere")


def loop(eve: Path) -> None:
    """The assignment's folder is a link to itself."""
    eve.mkdir()
    (eve / ASSIGNMENT).symlink_to(ASSIGNMENT)


def class_inside(eve: Path) -> None:
    """The student's folder holds a class: a neighbour's folder, and one of somebody who is in no class."""
    for student in ("anna", "mallory"):
        notebook(eve / student / ASSIGNMENT / NOTEBOOK, OWN)


def class_inside_the_assignment(eve: Path) -> None:
    """The assignment's folder holds a class, and no notebook."""
    for student in ("anna", "mallory"):
        notebook(eve / ASSIGNMENT / student / ASSIGNMENT / NOTEBOOK, OWN)


def itself_inside(eve: Path) -> None:
    """The assignment's folder lies in itself, as some programs zip."""
    notebook(eve / ASSIGNMENT / ASSIGNMENT / NOTEBOOK, OWN)


def files_named_for_others(eve: Path) -> None:
    """The student's folder holds files that are called as neighbours are."""
    notebook(eve / "anna.ipynb", OWN)
    notebook(eve / "zoe.py", OWN)


def assignment_is_a_file(eve: Path) -> None:
    """The assignment's folder is a file."""
    eve.mkdir()
    (eve / ASSIGNMENT).write_text("x")


HOSTILE = [
    *(file_linked, folder_linked, folder_linked_by_a_chain, student_linked, student_linked_to_solutions),
    *(student_linked_to_the_class, hard_linked, dangling, loop, class_inside, class_inside_the_assignment),
    *(itself_inside, files_named_for_others, assignment_is_a_file),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("make", HOSTILE, ids=[make.__name__ for make in HOSTILE])
def test_no_way_of_naming_gives_another_s_work_or_row(
    home: Path, the_course: Course, make: Callable[[Path], None], way: str
) -> None:
    """Eve has her own code, or a sentence instead of it; the others have their own code, if they were named at all."""
    make(home / "submitted" / "eve")
    try:
        found = outcomes([Path(p) for p in WAYS[way](home)], the_course)
    except CourseError:  # what was named is no submission: nobody has a row
        assert way.startswith(("the student", "the assignment", "the file"))
        return
    assert found.get("eve") not in (ANNAS, SOLUTION)
    assert set(found) <= {"anna", "eve", "zoe"}
    assert {code for student, code in found.items() if student != "eve"} <= {ANNAS}
    if not way.startswith(("the student", "the assignment", "the file")):
        assert {"anna", "zoe"} <= set(found)


LINKED = [file_linked, folder_linked, folder_linked_by_a_chain, student_linked, dangling, loop]


@pytest.mark.parametrize("make", LINKED, ids=[make.__name__ for make in LINKED])
@pytest.mark.parametrize("way", [w for w in WAYS if "files by" not in w and w != "all files by a glob"])
def test_whose_work_is_a_link_is_told_so(
    home: Path, the_course: Course, make: Callable[[Path], None], way: str
) -> None:
    """She is not left out: a row says that it is a link, and what to do."""
    make(home / "submitted" / "eve")
    found = outcomes([Path(p) for p in WAYS[way](home)], the_course)
    assert " link" in found["eve"]
    assert "hand in" in found["eve"]


def test_a_linked_notebook_beside_the_own_one_changes_nothing(home: Path, the_course: Course) -> None:
    """Whoever has links is graded on his notebook if that is a plain file."""
    eve = home / "submitted" / "eve" / ASSIGNMENT
    notebook(eve / NOTEBOOK, OWN)
    (eve / "other.ipynb").symlink_to(f"../../anna/{ASSIGNMENT}/{NOTEBOOK}")
    (eve / "out").symlink_to("/")
    assert outcomes([Path("submitted")], the_course) == {"anna": ANNAS, "eve": OWN, "zoe": ANNAS}


@pytest.mark.parametrize("swapped", ["eve", f"eve/{ASSIGNMENT}", f"eve/{ASSIGNMENT}/{NOTEBOOK}"])
def test_what_becomes_a_link_after_it_was_found_is_not_followed(home: Path, the_course: Course, swapped: str) -> None:
    """Between finding and reading, a folder or file may be replaced: the name is no promise."""
    notebook(home / "submitted" / "eve" / ASSIGNMENT / NOTEBOOK, OWN)
    (eve,) = (h for h in find([Path("submitted")], the_course, None) if h.student == "eve")
    place = home / "submitted" / swapped
    place.rename(home / "away")
    place.symlink_to(home / "submitted" / swapped.replace("eve", "anna"))
    with pytest.raises(InvalidSubmission, match="link, which is not followed: hand in"):
        read_submission(eve.path, inner=eve.inner)


def test_the_way_to_the_class_may_be_linked(home: Path, the_course: Course, tmp_path: Path) -> None:
    """Homes on another disk, and a linked folder of the class, are the instructor's own."""
    (tmp_path / "term").symlink_to(home / "submitted")
    (home / "collected").symlink_to("submitted")
    for path in (tmp_path / "term", home / "collected", tmp_path / "home" / "submitted"):
        assert outcomes([path], the_course) == {"anna": ANNAS, "zoe": ANNAS}
        assert outcomes([path / "anna"], the_course) == {"anna": ANNAS}
        assert outcomes([path / "anna" / ASSIGNMENT / NOTEBOOK], the_course) == {"anna": ANNAS}


def test_a_tree_that_lies_among_students_is_not_guessed_at(home: Path, the_course: Course, tmp_path: Path) -> None:
    """One student's folder that holds others', with nothing to tell that it is one, is refused with what to name."""
    (home / "submitted").rename(tmp_path / "autumn")
    notebook(tmp_path / "autumn" / "eve" / "anna" / ASSIGNMENT / NOTEBOOK, OWN)
    with pytest.raises(CourseError, match=r"cannot be told whether this is one student's folder or a class's, .* anna"):
        find([tmp_path / "autumn" / "eve"], the_course, None)


def test_two_files_of_one_student_are_one_row(home: Path, the_course: Course) -> None:
    """Sections with the same name in them, and files of one stem: ungraded, and both are named."""
    other = notebook(home / "section" / "anna" / ASSIGNMENT / NOTEBOOK, OWN)
    found = outcomes([Path("submitted"), Path("section")], the_course)
    assert set(found) == {"anna", "zoe"}
    assert f"submitted/anna/{ASSIGNMENT}/{NOTEBOOK} and section/anna/{ASSIGNMENT}/{NOTEBOOK}" in found["anna"]
    assert other.read_text() != ""
    (home / "flat").mkdir()
    for suffix in (".ipynb", ".py"):
        notebook(home / "flat" / f"ben{suffix}", OWN)
    assert "flat/ben.ipynb and flat/ben.py; grade one of them" in outcomes([Path("flat")], the_course)["ben"]


def test_what_was_passed_over_is_named(home: Path, the_course: Course) -> None:
    """Folders without the assignment's and loose files beside them are no rows, and not passed over in silence."""
    class_inside(home / "submitted" / "eve")
    notebook(home / "submitted" / "loose.ipynb", OWN)
    told: list[str] = []
    assert len(find([Path("submitted")], the_course, None, told.append)) == 2
    assert told == [
        f"Not graded, for they are in no folder {ASSIGNMENT} of a student's, in submitted: eve, loose.ipynb"
    ]
    told.clear()
    assert len(find([Path("submitted/anna"), Path("submitted/eve")], the_course, None, told.append)) == 1
    assert told == [f"Not graded: submitted/eve holds no folder {ASSIGNMENT}"]


@pytest.mark.parametrize("way", ["flat", "flat/*", "submitted", "submitted/*"])
def test_files_named_for_students_are_theirs_in_a_folder_of_any_name(home: Path, the_course: Course, way: str) -> None:
    """A learning platform's download may lie in submitted/ too; a link among the files is told so."""
    (home / "submitted").rename(home / "away")
    folder = home / way.removesuffix("/*")
    for student in ("ben", "cleo"):
        notebook(folder / f"{student}.ipynb", OWN)
    (folder / "eve.ipynb").symlink_to("ben.ipynb")
    found = outcomes([Path(p) for p in expanded(way)], the_course)
    assert {s: code == OWN for s, code in found.items()} == {"ben": True, "cleo": True, "eve": False}
    assert "symbolic link" in found["eve"]
