"""Results of several runs: nobody is wiped from the reports by grading somebody else."""

from pathlib import Path

import msgspec
import pytest

from autograder import result as results_format
from autograder.grading.merging import merged
from autograder.result import Result


def result(student: str, score: float, assignment: str = "hw", path: str | None = None) -> Result:
    """Return a result."""
    return Result(
        student=student,
        assignment=assignment,
        path=path or f"submitted/{student}/{assignment}/{assignment}.ipynb",
        sha256=None,
        status="graded",
        score=score,
        max_score=20.0,
        device="cpu(0)",
        isolation="none",
        grader="0",
    )


def stored(folder: Path, *results: Result) -> Path:
    """Write results.jsonl, and the files that its results are of."""
    for one in results:
        (folder / one.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / one.path).touch()
    path = folder / "results.jsonl"
    path.write_bytes(b"".join(results_format.encode(r) + b"\n" for r in results))
    return path


def told(results: list[Result]) -> list[tuple[str, str, float | None]]:
    """Return assignments, students and scores."""
    return [(r.assignment, r.student, r.score) for r in results]


def test_regrading_one_student_or_another_assignment_keeps_the_class(tmp_path: Path) -> None:
    """Each result takes the place of the same student's and assignment's; new ones come last."""
    path = stored(tmp_path, result("anna", 1), result("ben", 2), result("carl", 3))
    said: list[str] = []
    found = merged([result("ben", 20), result("ben", 5, "second")], path, tmp_path, said.append)

    assert told(found) == [("hw", "anna", 1), ("hw", "ben", 20), ("hw", "carl", 3), ("second", "ben", 5)]
    assert said == []


def test_who_is_no_longer_in_the_class_s_folder_is_dropped_and_named(tmp_path: Path) -> None:
    """Not so where the class's whole folder has gone, which says nothing of one student."""
    path = stored(tmp_path, result("anna", 1), result("ben", 2, path="elsewhere/ben/hw/hw.ipynb"))
    (tmp_path / "submitted/anna/hw/hw.ipynb").unlink()
    (tmp_path / "elsewhere").rename(tmp_path / "moved")
    said: list[str] = []

    assert told(merged([result("carl", 3)], path, tmp_path, said.append)) == [("hw", "ben", 2), ("hw", "carl", 3)]
    assert said == ["No longer in the reports, for the file that was graded is gone: anna (hw)"]


@pytest.mark.parametrize("line", [b"not JSON", b"{}", b"[" * 100_000])
def test_results_of_another_version_are_counted(tmp_path: Path, line: bytes) -> None:
    """They cannot be shown beside the new ones; the others stay."""
    path = stored(tmp_path, result("anna", 1))
    path.write_bytes(path.read_bytes() + line + b"\n")
    said: list[str] = []

    assert [r.student for r in merged([result("ben", 2)], path, tmp_path, said.append)] == ["anna", "ben"]
    assert said == [f"{path}: 1 results are of another version and no longer in the reports; grade those again"]


def test_the_first_run_has_nothing_to_merge_with(tmp_path: Path) -> None:
    """No file is none of a warning."""
    said: list[str] = []
    assert merged([result("ben", 2)], tmp_path / "results.jsonl", tmp_path, said.append) == [
        msgspec.structs.replace(result("ben", 2))
    ]
    assert said == []
