"""What was handed in: found in every form that it comes in, once, under the right student and assignment."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from autograder.course.settings import Course
from autograder.course.submissions import Submission, find
from autograder.errors import CourseError
from tests.making import ASSIGNMENT

NOTEBOOK = f"{ASSIGNMENT}.ipynb"
SEVERAL = f"the folder holds several files and none is named {ASSIGNMENT}.ipynb"
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make empty files, by their paths below a folder; return the folder."""

    def touch(*names: str) -> Path:
        for name in names:
            path = tmp_path / "top" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path / "top"

    return touch


@pytest.fixture
def two(the_course: Course) -> Course:
    """A course of two assignments."""
    more = {**the_course.assignments, "second": the_course.assignments[ASSIGNMENT]}
    return msgspec.structs.replace(the_course, assignments=more)


def names(submission: list[Submission]) -> list[tuple[str, str, str]]:
    """Return students, assignments and file names."""
    return [(h.student, h.assignment, h.path.name) for h in submission]


# --- the forms of a path ----------------------------------------------------------------------------------------


def test_a_tree_of_students(make: Make, two: Course) -> None:
    """nbgrader's submitted/: students in order, every assignment that they have."""
    top = make(
        f"bob/{ASSIGNMENT}/{NOTEBOOK}", f"alice/{ASSIGNMENT}/{NOTEBOOK}", "alice/second/second.ipynb", "carol/x/y"
    )
    assert names(find([top], two, None)) == [
        ("alice", ASSIGNMENT, NOTEBOOK),
        ("alice", "second", "second.ipynb"),
        ("bob", ASSIGNMENT, NOTEBOOK),
    ]
    assert names(find([top], two, "second")) == [("alice", "second", "second.ipynb")]


@pytest.mark.parametrize("form", ["{top}/alice", "{top}/alice/", f"{{top}}/alice/{ASSIGNMENT}", "{top}/bob/../alice"])
def test_one_student_s_folder(make: Make, the_course: Course, form: str) -> None:
    """The student's folder or the assignment's in it, however the path is written."""
    top = make(f"alice/{ASSIGNMENT}/{NOTEBOOK}", f"bob/{ASSIGNMENT}/{NOTEBOOK}")
    assert names(find([Path(form.format(top=top))], the_course, None)) == [("alice", ASSIGNMENT, NOTEBOOK)]


@pytest.mark.parametrize(
    ("where", "path"),
    [
        (f"alice/{ASSIGNMENT}", "."),
        (f"alice/{ASSIGNMENT}", NOTEBOOK),
        (f"alice/{ASSIGNMENT}", f"../{ASSIGNMENT}/{NOTEBOOK}"),
        (f"alice/{ASSIGNMENT}", f"../../alice/{ASSIGNMENT}"),
        ("alice", "."),
        ("alice", ASSIGNMENT),
        ("alice", f"{ASSIGNMENT}/{NOTEBOOK}"),
        (".", "alice"),
    ],
)
def test_paths_relative_to_where_one_is(
    make: Make, the_course: Course, monkeypatch: pytest.MonkeyPatch, where: str, path: str
) -> None:
    """`.` and `..` do not hide whose folder it is."""
    monkeypatch.chdir(make(f"alice/{ASSIGNMENT}/{NOTEBOOK}") / where)
    assert names(find([Path(path)], the_course, None)) == [("alice", ASSIGNMENT, NOTEBOOK)]


def test_a_folder_of_files_named_for_their_students(make: Make, the_course: Course) -> None:
    """As a learning platform exports them; notebooks, scripts and Markdown."""
    top = make("bob.ipynb", "alice.py", "carol.md", "notes.txt", "image.png")
    found = find([top], the_course, None)
    assert [(h.student, h.path.name) for h in found] == [
        ("alice", "alice.py"),
        ("bob", "bob.ipynb"),
        ("carol", "carol.md"),
    ]
    assert {h.assignment for h in found} == {ASSIGNMENT}


def test_a_single_file(make: Make, two: Course) -> None:
    """In a tree the path says all; elsewhere the file's name, or --assignment, says the assignment."""
    top = make(f"alice/second/{NOTEBOOK}", f"carol/{NOTEBOOK}", "dave.ipynb")
    assert names(find([top / "alice" / "second" / NOTEBOOK], two, None)) == [("alice", "second", NOTEBOOK)]
    assert names(find([top / "carol" / NOTEBOOK], two, None)) == [("carol", ASSIGNMENT, NOTEBOOK)]
    assert names(find([top / "dave.ipynb"], two, "second")) == [("dave", "second", "dave.ipynb")]
    with pytest.raises(CourseError, match=r"dave.ipynb: its path doesn't say which assignment it is; add --assignment"):
        find([top / "dave.ipynb"], two, None)


def test_several_paths_give_each_submission_once(
    make: Make, the_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often and in whatever form a file is named."""
    top = make(f"alice/{ASSIGNMENT}/{NOTEBOOK}", f"bob/{ASSIGNMENT}/{NOTEBOOK}")
    monkeypatch.chdir(top)
    paths = [Path("bob"), top, Path("alice"), Path(f"bob/{ASSIGNMENT}/{NOTEBOOK}"), Path(f"alice/../bob/{ASSIGNMENT}")]
    assert [h.student for h in find(paths, the_course, None)] == ["bob", "alice"]


# --- which file of a folder -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ([NOTEBOOK], NOTEBOOK),
        (["mine.ipynb"], "mine.ipynb"),
        ([NOTEBOOK, "other.ipynb"], NOTEBOOK),
        ([f"{ASSIGNMENT}.py", "other.ipynb"], f"{ASSIGNMENT}.py"),
        ([NOTEBOOK, f"{ASSIGNMENT}.py", f"{ASSIGNMENT}.md"], NOTEBOOK),
        (["mine.ipynb", "helper.py"], "mine.ipynb"),
        (["mine.py"], "mine.py"),
        (["a name with spaces.ipynb"], "a name with spaces.ipynb"),
        (["-rf.ipynb"], "-rf.ipynb"),
        (["Übung 数学 🙂.ipynb"], "Übung 数学 🙂.ipynb"),
        (["[red]<b>&.ipynb"], "[red]<b>&.ipynb"),
        (["mine.ipynb", ".mine.ipynb", ".ipynb_checkpoints/mine.ipynb", "data.csv"], "mine.ipynb"),
        ([NOTEBOOK, "mine.ipynb/inner.ipynb"], NOTEBOOK),
    ],
)
def test_the_file_to_grade_is_the_named_one_or_the_only_one(
    make: Make, the_course: Course, files: list[str], chosen: str
) -> None:
    """The assignment's name first; else the only notebook; else the only file. Hidden ones and folders don't count."""
    top = make(*(f"alice/{ASSIGNMENT}/{name}" for name in files))
    (submission,) = find([top], the_course, None)
    assert (submission.student, submission.path.name, submission.problem) == ("alice", chosen, None)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (
            ["a.ipynb", "b.ipynb"],
            f"the folder holds several files and none is named {ASSIGNMENT}.ipynb: a.ipynb, b.ipynb; hand in one",
        ),
        (
            ["a.py", "b.md"],
            f"the folder holds several files and none is named {ASSIGNMENT}.ipynb: a.py, b.md; hand in one",
        ),
        (["notes.txt"], f"the folder holds no {ASSIGNMENT}.ipynb; it holds notes.txt"),
        ([".hidden.ipynb", ".ipynb_checkpoints/a.ipynb"], f"the folder holds no {ASSIGNMENT}.ipynb, it is empty"),
    ],
)
def test_a_folder_without_one_clear_file_says_so(
    make: Make, the_course: Course, files: list[str], problem: str
) -> None:
    """The student gets a result with the reason; no one is left out."""
    top = make(*(f"alice/{ASSIGNMENT}/{name}" for name in files))
    (submission,) = find([top], the_course, None)
    assert (submission.student, submission.problem) == ("alice", problem)


def test_hidden_students_are_none(make: Make, the_course: Course) -> None:
    """.git, .ipynb_checkpoints and their like."""
    top = make(f".git/{ASSIGNMENT}/{NOTEBOOK}", f"alice/{ASSIGNMENT}/{NOTEBOOK}")
    assert [h.student for h in find([top], the_course, None)] == ["alice"]


@pytest.mark.parametrize("student", ["Ångström, Anders", "[bold]x", "<script>", "-n", "数学", "a b", "_x"])
def test_students_may_be_called_anything(make: Make, the_course: Course, student: str) -> None:
    """A folder's name is a student's name, as it is."""
    top = make(f"{student}/{ASSIGNMENT}/{NOTEBOOK}")
    assert [h.student for h in find([top], the_course, None)] == [student]


# --- links ------------------------------------------------------------------------------------------------------


def test_a_linked_file_is_handed_on_to_be_refused(make: Make, the_course: Course) -> None:
    """What it is, broken or not, is said when it is read; it is not passed over in silence."""
    top = make(f"alice/{ASSIGNMENT}/{NOTEBOOK}", f"bob/{ASSIGNMENT}/notes.txt", f"carol/{ASSIGNMENT}/notes.txt")
    (top / "bob" / ASSIGNMENT / NOTEBOOK).symlink_to(top / "alice" / ASSIGNMENT / NOTEBOOK)
    (top / "carol" / ASSIGNMENT / NOTEBOOK).symlink_to(top / "nowhere")
    found = find([top], the_course, None)
    assert [(h.student, h.path) for h in found] == [
        (s, top / s / ASSIGNMENT / NOTEBOOK) for s in ("alice", "bob", "carol")
    ]
    assert find([top / "carol" / ASSIGNMENT / NOTEBOOK], the_course, None)[0].student == "carol"


def test_a_linked_assignment_folder_is_refused(make: Make, the_course: Course) -> None:
    """A student who hands in a link to another's folder, or to the solution, hands in nothing."""
    top = make(f"alice/{ASSIGNMENT}/{NOTEBOOK}", "bob/notes.txt")
    (top / "bob" / ASSIGNMENT).symlink_to(top / "alice" / ASSIGNMENT)
    alice, bob = find([top], the_course, None)
    assert alice.problem is None
    assert (bob.student, bob.problem) == ("bob", f"{ASSIGNMENT} is a link: hand in a folder with the notebook itself")


def test_a_folder_that_the_instructor_names_may_be_a_link(make: Make, the_course: Course, tmp_path: Path) -> None:
    """It is called what the link is called."""
    top = make(f"store-17/{ASSIGNMENT}/{NOTEBOOK}")
    (tmp_path / "alice").symlink_to(top / "store-17")
    (tmp_path / "all").symlink_to(top)
    assert names(find([tmp_path / "alice"], the_course, None)) == [("alice", ASSIGNMENT, NOTEBOOK)]
    assert names(find([tmp_path / "alice" / ASSIGNMENT], the_course, None)) == [("alice", ASSIGNMENT, NOTEBOOK)]
    assert names(find([tmp_path / "all"], the_course, None)) == [("store-17", ASSIGNMENT, NOTEBOOK)]


# --- wrong paths ------------------------------------------------------------------------------------------------


def test_wrong_paths_are_course_errors(make: Make, the_course: Course) -> None:
    """Missing, too long, empty, of another assignment: one sentence each."""
    top = make("empty/notes.txt")
    with pytest.raises(
        CourseError, match=r"nowhere: no such file or folder; name notebooks, or a folder of submissions"
    ):
        find([top / "nowhere"], the_course, None)
    with pytest.raises(
        CourseError, match=r"x: cannot be looked into \(File name too long\); fix that, or leave it out"
    ):
        find([top / ("x" * 300)], the_course, None)
    with pytest.raises(CourseError, match=r"no submission found: expected <student>/<assignment>/<notebook>.ipynb in"):
        find([top], the_course, None)
    with pytest.raises(CourseError, match=f"there is no assignment 'cnn'; there are: {ASSIGNMENT}"):
        find([top], the_course, "cnn")


def test_a_name_that_is_no_text_is_found(make: Make, the_course: Course) -> None:
    """Bytes that are no UTF-8 are a name like any other; reports spell them readably."""
    top = make(f"alice/{ASSIGNMENT}/notes.txt")
    (top / "alice" / ASSIGNMENT / os.fsdecode(b"caf\xe9.ipynb")).touch()
    (submission,) = find([top], the_course, None)
    assert os.fsencode(submission.path.name) == b"caf\xe9.ipynb"
