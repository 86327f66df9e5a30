"""A class as learning platforms give it: whose each file is, which assignment's, and what is nobody's."""

from pathlib import Path

import pytest

from autograder.course.settings import Course
from autograder.course.submissions import Submission, find
from autograder.errors import CourseError
from tests.course.test_submissions import Make, make, two
from tests.making import ASSIGNMENT

__all__ = ["make", "two"]
NOTEBOOK = f"{ASSIGNMENT}.ipynb"


def told(found: list[Submission], top: Path) -> list[tuple[str, str]]:
    """Return students and files, or what is wrong."""
    return [(s.student, s.problem or s.fault or s.path.relative_to(top).as_posix()) for s in found]


LAYOUTS = {
    "GitHub Classroom": (
        ["hw-anna/My work.ipynb", "hw-anna/README.md", "hw-anna/.git/HEAD", f"hw-ben/{NOTEBOOK}"],
        [("hw-anna", "hw-anna/My work.ipynb"), ("hw-ben", f"hw-ben/{NOTEBOOK}")],
    ),
    "Gradescope": (
        [f"submission_17/{NOTEBOOK}", "submission_18/other.ipynb", "submission_metadata.yml"],
        [("submission_17", f"submission_17/{NOTEBOOK}"), ("submission_18", "submission_18/other.ipynb")],
    ),
    "Moodle": (
        [f"Anna Lee_901_assignsubmission_file/{NOTEBOOK}", "Ben Ö_902_assignsubmission_file_/x.ipynb"],
        [
            ("Anna Lee_901", f"Anna Lee_901_assignsubmission_file/{NOTEBOOK}"),
            ("Ben Ö_902", "Ben Ö_902_assignsubmission_file_/x.ipynb"),
        ],
    ),
    "Canvas": (
        [f"leejane_LATE_901_5552_{ASSIGNMENT}-1.ipynb", "kimbo_902_5553_My Homework.ipynb", "readme.md"],
        [
            ("kimbo", "kimbo_902_5553_My Homework.ipynb"),
            ("leejane", f"leejane_LATE_901_5552_{ASSIGNMENT}-1.ipynb"),
        ],
    ),
    "zipped with itself": (
        [f"anna/{ASSIGNMENT}/{ASSIGNMENT}/{NOTEBOOK}", f"ben/x/y/{NOTEBOOK}", f"carl/{ASSIGNMENT}/a/mine.ipynb"],
        [
            ("anna", f"anna/{ASSIGNMENT}/{ASSIGNMENT}/{NOTEBOOK}"),
            ("ben", f"ben/x/y/{NOTEBOOK}"),
            ("carl", f"carl/{ASSIGNMENT}/a/mine.ipynb"),
        ],
    ),
    "names in other case": (
        [f"anna/{ASSIGNMENT.title()}/{ASSIGNMENT.upper()}.IPYNB", "ben/Softmax Regression/a.IPYNB"],
        [
            ("anna", f"anna/{ASSIGNMENT.title()}/{ASSIGNMENT.upper()}.IPYNB"),
            ("ben", "ben/Softmax Regression/a.IPYNB"),
        ],
    ),
    "nobody": (
        [f"__MACOSX/{ASSIGNMENT}/._{NOTEBOOK}", f"anna/{NOTEBOOK}", ".DS_Store", "README.md", "anna/__MACOSX/x.ipynb"],
        [("anna", f"anna/{NOTEBOOK}")],
    ),
    "mixed": (
        [f"anna/{ASSIGNMENT}/{NOTEBOOK}", f"ben/{NOTEBOOK}", "carl/work.ipynb"],
        [("anna", f"anna/{ASSIGNMENT}/{NOTEBOOK}"), ("ben", f"ben/{NOTEBOOK}"), ("carl", "carl/work.ipynb")],
    ),
    "a copy": ([f"anna/{ASSIGNMENT} (1).ipynb", "anna/scratch.ipynb"], [("anna", f"anna/{ASSIGNMENT} (1).ipynb")]),
}


@pytest.mark.parametrize(("files", "expected"), LAYOUTS.values(), ids=LAYOUTS)
def test_a_platform_s_download_is_a_class(
    make: Make, the_course: Course, files: list[str], expected: list[tuple[str, str]]
) -> None:
    """Everybody once, by the name that the platform gives; whatever is nobody's is not even told."""
    top = make(*files)
    said: list[str] = []

    assert told(find([top], the_course, None, said.append), top) == expected
    assert [line for line in said if "README" in line or "MACOSX" in line] == []


def test_with_several_assignments_the_name_or_the_option_says_which(make: Make, two: Course) -> None:
    """A file called as an assignment is of that; one that is called otherwise waits for --assignment."""
    top = make(f"anna/{NOTEBOOK}", "anna/second.ipynb", "ben/Second.ipynb", "carl/mine.ipynb")
    said: list[str] = []
    found = find([top], two, None, said.append)

    assert [(s.student, s.assignment) for s in found] == [("anna", ASSIGNMENT), ("anna", "second"), ("ben", "second")]
    assert said[0].endswith(": carl")
    assert [s.student for s in find([top], two, "second")] == ["anna", "ben", "carl"]
    with pytest.raises(CourseError, match=r"with --assignment where there are several"):
        find([make("dora/notes.txt") / "dora"], two, None)


def test_all_that_is_not_graded_is_named(make: Make, the_course: Course) -> None:
    """However many: folders and files."""
    top = make(f"anna/{NOTEBOOK}", "loose.ipynb", "class.zip", *(f"s{i:02}/work.pdf" for i in range(30)))
    said: list[str] = []

    assert [s.student for s in find([top], the_course, None, said.append)] == ["anna"]
    for name in ("loose.ipynb", "class.zip", *(f"s{i:02}" for i in range(30))):
        assert name in said[0]


def test_a_student_s_folder_among_others_is_called_so(make: Make, the_course: Course) -> None:
    """Graded alone, a student keeps the name that the whole class gives."""
    top = make("anna/a.ipynb", "ben/b.ipynb", "carl/c.ipynb")

    assert told(find([top / "ben"], the_course, None), top) == [("ben", "ben/b.ipynb")]


@pytest.mark.parametrize(
    ("file", "held"), [("work.ipynb.txt", "work.ipynb.txt"), ("hw.zip", "hw.zip"), (".x.ipynb", "it is empty")]
)
def test_a_folder_without_a_notebook_says_what_it_holds(make: Make, the_course: Course, file: str, held: str) -> None:
    """So that student and instructor see what was handed in instead."""
    (found,) = find([make(f"anna/{ASSIGNMENT}/{file}")], the_course, None)

    assert found.problem is not None
    assert found.problem.startswith(f"the folder holds no {NOTEBOOK}")
    assert found.problem.endswith(held)
