"""Facts about CSV: the forms that Canvas and Moodle document, and that no cell becomes a formula."""

import csv
import io
from pathlib import Path

import msgspec
import pytest

from autograder.errors import CourseError
from autograder.report.roster import CANVAS, read_roster
from autograder.report.spreadsheet import canvas, moodle, plain
from tests.report.samples import (
    BACKGROUND,
    BIDI,
    CLASS,
    COLUMNS,
    FORMULA,
    LATE,
    PASSED,
    SCRIPT,
    SECRET,
    UNGRADED,
    WRONG,
    a_result,
)

GRACE = msgspec.structs.replace(WRONG, max_score=2.0)


def rows(text: str) -> list[list[str]]:
    """Read CSV back, strictly."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("text", [plain(CLASS), canvas(CLASS, BACKGROUND), moodle(CLASS, BACKGROUND)])
def test_every_export_is_a_table(text: str) -> None:
    """All rows have as many cells as the header; lines end as RFC 4180 says; no control or bidi mark is left."""
    table = rows(text)
    assert {len(row) for row in table} == {len(table[0])}
    assert text.endswith("\r\n")
    assert set(text.replace("\r\n", "")) & set("\u202e\u2066\u200f\x1b\r\n\t\x00") == set()
    assert SECRET not in text


@pytest.mark.parametrize("text", [plain(CLASS), canvas(CLASS, BACKGROUND), moodle(CLASS, BACKGROUND)])
def test_no_cell_is_a_formula(text: str) -> None:
    """The name that is a formula is there, as text."""
    cells = [cell for row in rows(text) for cell in row]
    assert [cell for cell in cells if cell.lstrip().startswith(tuple("=+-@＝＋－＠"))] == []
    assert f"'{FORMULA}" in cells


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\u202e=", "＝", "\t", "\r"])
def test_every_start_of_a_formula_is_guarded(start: str) -> None:
    """Whatever a spreadsheet may take for the start of a formula gets an apostrophe before it."""
    cell = rows(plain([a_result(f"{start}1+1")]))[1][0]
    assert cell[0] == "'"


def test_numbers_are_numbers() -> None:
    """Scores have no apostrophe, no exponent and all their digits."""
    table = rows(canvas([a_result("a", score=17.123456, max_score=20.0), a_result("b", score=100000.5)], BACKGROUND))
    assert [row[-1] for row in table[2:]] == ["17.123456", "100000.5"]


def test_canvas_has_the_documented_columns() -> None:
    """Student, ID, SIS User ID, SIS Login ID and Section come first, then Points Possible and one row a student."""
    table = rows(canvas([PASSED, GRACE], BACKGROUND))
    assert table[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Softmax regression"]
    assert table[1] == ["    Points Possible", "", "", "", "", "2"]
    assert table[2:] == [["ada", "", "", "ada", "", "2"], ["grace", "", "", "grace", "", "1"]]


def test_canvas_leaves_what_is_ungraded_empty() -> None:
    """An empty cell changes nothing in Canvas; lateness is taken off."""
    assert [row[-1] for row in rows(canvas([UNGRADED, LATE], BACKGROUND))[2:]] == ["", "1.6"]


def test_canvas_puts_assignments_side_by_side() -> None:
    """A student with two assignments has one row, and an assignment that was not handed in an empty cell."""
    other = msgspec.structs.replace(PASSED, assignment="linear", score=1.0)
    table = rows(canvas([PASSED, other, GRACE], BACKGROUND))
    assert [row[5:] for row in table] == [["Softmax regression", "linear"], ["2", "2"], ["2", "1"], ["1", ""]]


def test_a_roster_names_students_as_canvas_does(tmp_path: Path) -> None:
    """Who is in Canvas's export keeps its identity, and the assignment its heading with the number."""
    path = tmp_path / "roster.csv"
    path.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,Quiz (7),Softmax regression (42)\r\n"
        "    Points Possible,,,,,5,20\r\n"
        '"Lovelace, Ada",1001,u77,ada,A,,\r\n',
        "utf-8-sig",
    )
    table = rows(canvas([PASSED, WRONG], BACKGROUND, read_roster(path)))
    assert table[0][5:] == ["Softmax regression (42)"]
    assert table[2:] == [["Lovelace, Ada", "1001", "u77", "ada", "A", "2"], ["grace", "", "", "grace", "", "1"]]


@pytest.mark.parametrize("text", ["", "name,grade\r\n"])
def test_another_file_is_no_roster(tmp_path: Path, text: str) -> None:
    """A file without Canvas's columns is refused, with the column that it lacks."""
    path = tmp_path / "roster.csv"
    path.write_text(text)
    with pytest.raises(CourseError, match="no column 'Student'"):
        read_roster(path)


def test_moodle_has_username_grade_and_feedback() -> None:
    """One row a student who has a grade: the name to match, the grade, and feedback as Moodle heads it."""
    table = rows(moodle([PASSED, WRONG, UNGRADED], BACKGROUND))
    assert table == [
        ["Username", "Softmax regression", "Softmax regression (Feedback)"],
        ["ada", "2", "softmax 2/2"],
        ["grace", "1", f"softmax 0/2; SGD 1/1; Fix first: softmax: {COLUMNS}"],
    ]


def test_moodle_feedback_quotes_no_submission() -> None:
    """Feedback is of the course's words alone: what a submission printed is not in it."""
    feedback = rows(moodle(CLASS, BACKGROUND))[5][2]
    assert feedback == "softmax 0/2; SGD 1/1; Fix first: softmax: Each row is a distribution"
    assert SCRIPT not in feedback
    assert BIDI[0] not in feedback


def test_plain_has_raw_and_final_scores() -> None:
    """The plain table has the raw score, what lateness took, and what is left, as well as each exercise."""
    header, row = rows(plain([LATE]))
    cells = dict(zip(header, row, strict=True))
    assert [cells[k] for k in ("student", "score", "late_days", "late_penalty", "final_score", "softmax")] == [
        "larry",
        "2",
        "2",
        "0.4",
        "1.6",
        "2",
    ]
    assert CANVAS[0] not in header
