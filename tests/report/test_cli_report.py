"""Facts about `autograder report`: what it writes where, and what it says when it cannot."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder import result as results_format
from autograder.cli.main import app
from autograder.errors import CourseError
from tests.report.samples import CLASS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., list[str]]:
    """Run `autograder report` on the class's stored results; return the files that it wrote."""
    (tmp_path / "results.jsonl").write_bytes(b"".join(results_format.encode(r) + b"\n" for r in CLASS[:5]))

    def call(*options: str) -> list[str]:
        done = CliRunner().invoke(app, ["report", "--out", str(tmp_path), "--course", str(ROOT), *options])
        if done.exception is not None:
            raise done.exception
        return sorted(
            str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.name != "results.jsonl" and p.is_file()
        )

    return call


def test_pages_are_the_default(run: Callable[..., list[str]]) -> None:
    """Without --format the pages are written, and nothing else."""
    names = ("ada", "grace", "larry", "nina", "uma")
    assert run() == ["index.html", *(f"softmax_regression/{name}.html" for name in names)]


def test_every_table_has_its_file(run: Callable[..., list[str]]) -> None:
    """Several formats may be asked for at once, each gives one file."""
    options = [word for name in ("csv", "canvas", "moodle", "junit") for word in ("--format", name)]
    assert run(*options) == ["canvas.csv", "grades.csv", "junit.xml", "moodle.csv"]


def test_gradescope_has_a_file_for_each_score(run: Callable[..., list[str]], tmp_path: Path) -> None:
    """Who is ungraded has no file, and an older one is taken away."""
    stale = tmp_path / "gradescope" / "softmax_regression" / "uma.json"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}")
    names = ("ada", "grace", "larry", "nina")
    assert run("--format", "gradescope") == [f"gradescope/softmax_regression/{name}.json" for name in names]


def test_the_zip_needs_no_results(tmp_path: Path) -> None:
    """The Gradescope zip is of the course, so it can be made before anything is graded."""
    done = CliRunner().invoke(
        app, ["report", "--format", "gradescope-zip", "--out", str(tmp_path), "--course", str(ROOT)]
    )
    assert done.exception is None
    assert (tmp_path / "gradescope" / "softmax_regression-autograder.zip").is_file()


@pytest.mark.parametrize(("text", "told"), [(None, "run `autograder grade` first"), ("{}\n", "grade again")])
def test_missing_and_old_results_are_told(tmp_path: Path, text: str | None, told: str) -> None:
    """Without results, or with those of another version, one sentence says what to do."""
    if text is not None:
        (tmp_path / "results.jsonl").write_text(text)
    done = CliRunner().invoke(app, ["report", "--out", str(tmp_path)])
    assert isinstance(done.exception, CourseError)
    assert told in str(done.exception)
