"""A class list against results: whoever is meant is found, and nobody is picked in silence."""

import csv
import io
import unicodedata
from pathlib import Path

import msgspec
import pytest

from autograder.errors import CourseError
from autograder.report.roster import Roster, read_roster
from autograder.report.spreadsheet import canvas, moodle
from tests.report.samples import BACKGROUND, PASSED, a_result

HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,Softmax regression (42)\r\n    Points Possible,,,,,20\r\n"


def roster(folder: Path, text: str, encoding: str = "utf-8") -> Roster:
    """Read a class list of this text."""
    path = folder / "class.csv"
    path.write_bytes(text.encode(encoding))
    return read_roster(path)


def rows(text: str) -> list[list[str]]:
    """Read CSV back."""
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    "student",
    [
        *("kim", "KIM", "kim@uni.edu", "Kim@other.example", "u77", "1001", "leezoë"),
        *("leezoë_1001_5552_softmax", "leezoë_LATE_1001_5_x-1", "Zoë Lee_901", "Lee, Zoë", "Zoë Lee"),
        *(unicodedata.normalize("NFD", "Zoë Lee"), "Zoë Lee_901_assignsubmission_file"),
    ],
)
def test_a_student_is_found_however_a_platform_writes_the_name(tmp_path: Path, student: str) -> None:
    """By login, number, mail or name; in other case or Unicode form; by Canvas's and Moodle's names of files."""
    known = roster(tmp_path, HEAD + '"Lee, Zoë",1001,u77,kim@uni.edu,A,\r\n"Ng, Al",1002,u78,al,A,\r\n')
    found = known.find(student)

    assert found == ("Lee, Zoë", "1001", "u77", "kim@uni.edu", "A")
    assert known.missing([student]) == ["Ng, Al"]
    assert known.strangers([student, "kin"]) == ["kin"]


def test_what_two_are_called_is_nobody_s(tmp_path: Path) -> None:
    """Two of one name, or of one login at two domains."""
    known = roster(tmp_path, HEAD + '"Lee, Al",1,,al@a.example,A,\r\n"Lee, Al",2,,al@b.example,A,\r\n')

    assert known.strangers(["al", "leeal", "al@a.example", "2"]) == ["al", "leeal"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    "header",
    [
        ("Username", "First name", "Surname"),
        ("login", "first_name", "last_name"),
        ("E-Mail", "Given name", "Family name"),
    ],
)
def test_a_list_has_the_form_that_its_program_gives(
    tmp_path: Path, separator: str, encoding: str, header: tuple[str, ...]
) -> None:
    """Moodle's headings or others, commas, semicolons or tabs, any encoding that spreadsheets save."""
    text = "\r\n".join(separator.join(line) for line in (header, ("zoe", "Zoë", "Lee")))
    assert roster(tmp_path, text, encoding).find("ZOE") == ("Lee, Zoë", "", "", "zoe", "")


def test_two_results_of_one_student_stop_an_export(tmp_path: Path) -> None:
    """Both are named; which counts is not for the program to say."""
    known = roster(tmp_path, HEAD + '"Lee, Kim",1001,u77,kim,A,\r\n')
    both = [a_result("kim"), a_result("Kim@uni.edu")]

    for export in (canvas, moodle):
        with pytest.raises(CourseError, match=r"two results of \w+ are one student's: kim \(.*\) and Kim@uni\.edu"):
            export(both, BACKGROUND, known)
    with pytest.raises(CourseError, match="two results"):
        canvas([PASSED, msgspec.structs.replace(PASSED, score=0.0)], BACKGROUND)


def test_what_differs_from_canvas_s_gradebook_is_told(tmp_path: Path) -> None:
    """Other points; a column that is not there."""
    known, said = roster(tmp_path, HEAD + '"Lee, Kim",1001,u77,ada,A,\r\n'), list[str]()

    assert rows(canvas([PASSED], BACKGROUND, known, said.append))[0][5:] == ["Softmax regression (42)"]
    assert said == ["'Softmax regression (42)' has 20 points in the roster, and 2 here: make them agree"]
    said.clear()
    assert rows(canvas([PASSED], BACKGROUND, known, said.append, "Quiz"))[0][5:] == ["Quiz"]
    assert said == ["The roster has no column 'Quiz', so the import makes a new one: name another with --column"]


def test_moodle_gets_the_login_of_the_list(tmp_path: Path) -> None:
    """Its import matches by username, which a folder's name need not be."""
    known = roster(tmp_path, "Username;First name;Surname\r\nkim7;Kim;Lee\r\n")

    assert rows(moodle([a_result("Kim Lee_901")], BACKGROUND, known))[1][0] == "kim7"
