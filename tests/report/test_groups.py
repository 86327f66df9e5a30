"""groups.csv: one submission, a row for each member."""

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from autograder import result as results_format
from autograder.cli.main import app
from autograder.errors import CourseError
from autograder.report import gradescope, groups
from autograder.result import Verdict
from tests import small
from tests.report.samples import PASSED, WRONG, a_check, a_result, an_exercise


@pytest.mark.parametrize("text", ["group,student\ng,a\ng,b\n", "\ufeffStudent;Group\r\na;g\r\nb;g\r\n\r\n"])
def test_members_by_group(tmp_path: Path, text: str) -> None:
    """Whatever the spreadsheet's separator, and the order of its columns."""
    path = tmp_path / "groups.csv"
    path.write_text(text, newline="")
    assert groups.read(path) == {"g": ("a", "b")}
    assert groups.read(tmp_path / "absent.csv") == {}


@pytest.mark.parametrize(("text", "what"), [("a,b\n", "no column 'group'"), ("group,student\ng,\n", "line 2")])
def test_another_table_is_refused(tmp_path: Path, text: str, what: str) -> None:
    """With what is missing."""
    path = tmp_path / "groups.csv"
    path.write_text(text)
    with pytest.raises(CourseError, match=what):
        groups.read(path)


def test_exports_have_a_row_for_each_member(tmp_path: Path) -> None:
    """Tables of grades do; pages show the one submission."""
    root = small.course(tmp_path)
    (root / "groups.csv").write_text("group,student\nada,anna\nada,ben\n")
    (root / "reports").mkdir()
    lines = [results_format.encode(r) + b"\n" for r in (PASSED, WRONG)]
    (root / "reports/results.jsonl").write_bytes(b"".join(lines))
    options = [word for kind in ("csv", "canvas", "moodle") for word in ("--format", kind)]
    done = CliRunner().invoke(app, ["report", "--course", str(root), "--out", str(root / "reports"), *options])

    assert done.exit_code == 0
    for name, skip in (("grades.csv", 1), ("canvas.csv", 2), ("moodle.csv", 1)):
        rows = (root / "reports" / name).read_bytes().decode("utf-8-sig").splitlines()[skip:]
        assert [row.split(",")[0] for row in rows] == ["anna", "ben", "grace"]
    assert (root / "reports/grades.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_member_with_another_result_stops_the_export() -> None:
    """Own work beside the group's: which counts, nobody has said."""
    with pytest.raises(CourseError, match="grace has two results of softmax_regression"):
        groups.expanded([PASSED, WRONG], {"ada": ("anna", "grace")})


def test_hidden_checks_wait_on_gradescope_for_the_date() -> None:
    """Until then they are not seen, nor what they say in the text above; public ones are."""
    hidden = a_check(Verdict.WRONG, hidden=True, diagnosis="hidden mistake", name="h")
    public = a_check(Verdict.WRONG, diagnosis="public mistake")
    result = a_result("ada", an_exercise("softmax", public, hidden))
    document = gradescope.results_json(result, "after_due_date")

    assert document is not None
    assert [t["visibility"] for t in document["tests"]] == ["visible", "after_due_date"]
    assert "public mistake" in document["output"]
    assert "hidden mistake" not in document["output"]
    now = gradescope.results_json(msgspec.structs.replace(result))
    assert now is not None
    assert [t["visibility"] for t in now["tests"]] == ["visible", "visible"]
