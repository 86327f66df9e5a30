"""From a file to a result: whatever goes wrong has its own status, and only a judgement has points."""

import os
from pathlib import Path

import pytest

from autograder.checks import suite
from autograder.course.settings import load
from autograder.course.submissions import Submission
from autograder.errors import MachineError
from autograder.grading import grader
from autograder.grading.grader import Grader, Pool
from autograder.grading.store import Store
from autograder.judging.judge import Judgement
from autograder.result import Note, NoteKind
from autograder.sandbox import walls as sandbox
from autograder.sandbox.server import WorkerServer
from tests import small


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small course."""
    return small.course(tmp_path)


@pytest.fixture
def made(root: Path, server: WorkerServer, isolation: sandbox.Isolation) -> Grader:
    """A grader whose pool has the tests' own server."""
    settings = load(root)
    pool = Pool(isolation, root / settings.data)
    pool._idle.append(server)
    suites = {"doubling": suite.prepare(root, settings, "doubling")}
    return Grader(suites, pool, "cpu(0)", Store(root / "kept"), {"doubling": "digest"})


def submission(root: Path, code: str = small.RIGHT, student: str = "alice") -> Submission:
    """Hand in a script."""
    return Submission(student, "doubling", small.hand_in(root, student, code))


def test_a_right_submission_has_its_points(made: Grader, root: Path) -> None:
    """And all that a result tells."""
    result = made.grade(submission(root))
    assert (result.status, result.reason, result.score, result.max_score) == ("graded", None, 2.0, 2.0)
    assert (result.student, result.assignment, result.device) == ("alice", "doubling", "cpu(0)")
    assert result.isolation == made.pool.isolation.name
    assert result.path.endswith("submitted/alice/doubling/doubling.py")
    assert result.sha256 is not None
    assert result.seconds.checks > 0


def test_a_wrong_submission_is_graded_zero(made: Grader, root: Path) -> None:
    """Zero is a score."""
    result = made.grade(submission(root, small.WRONG))
    assert (result.status, result.score) == ("graded", 0.0)


def test_a_result_is_kept_and_found_for_the_same_content(
    made: Grader, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another student's same file gives the same result, with that student's name and path; no child is started."""
    first = made.grade(submission(root))

    def never(*_args: object) -> Judgement:
        raise AssertionError("it was judged again")

    monkeypatch.setattr(grader, "judge", never)
    again = made.grade(submission(root))
    assert again == first
    other = made.grade(submission(root, student="bob"))
    assert (other.student, other.score, other.seconds) == ("bob", 2.0, first.seconds)
    assert "/bob/" in other.path


def test_an_unreadable_file_is_invalid_and_zero(made: Grader, root: Path) -> None:
    """Broken, missing, linked: the student's fault, with the reason; no point, no child."""
    path = root / "x.ipynb"
    path.write_text("{")
    assert (
        made.grade(Submission("a", "doubling", path)).status,
        made.grade(Submission("a", "doubling", path)).score,
    ) == (
        "invalid",
        0.0,
    )
    link = root / "y.py"
    link.symlink_to(small.hand_in(root, "alice", small.RIGHT))
    result = made.grade(Submission("b", "doubling", link))
    assert (result.status, result.score) == ("invalid", 0.0)
    assert result.reason
    told = made.grade(Submission("c", "doubling", root, "the folder holds no notebook"))
    assert (told.status, told.score, told.reason) == ("invalid", 0.0, "the folder holds no notebook")


def test_a_server_that_fails_once_is_replaced(made: Grader, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second try counts; nothing of the first is left in the result."""
    judge, tries = grader.judge, []

    def shaky(*args: object) -> Judgement:
        tries.append(1)
        if len(tries) == 1:
            raise MachineError("the worker server failed (Closed)")
        return judge(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(grader, "judge", shaky)
    result = made.grade(submission(root))
    assert (result.status, result.score, result.reason, len(tries)) == ("graded", 2.0, None, 2)


@pytest.mark.parametrize(
    ("error", "reason", "tries"),
    [
        (MachineError("the worker server failed (Closed)"), "the worker server failed (Closed)", 2),
        (ValueError("oops\n\x1b"), "the grader itself failed (ValueError: oops ); please report it", 1),
        (AssertionError(), "the grader itself failed (AssertionError: ); please report it", 1),
    ],
)
def test_our_fault_is_ungraded_without_a_score(
    made: Grader, root: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str, tries: int
) -> None:
    """Never zero, never full, never kept: the next run tries again."""
    tried = []

    def fail(*_args: object) -> Judgement:
        tried.append(1)
        raise error

    monkeypatch.setattr(grader, "judge", fail)
    result = made.grade(submission(root))
    assert (result.status, result.score, result.reason, result.max_score) == ("ungraded", None, reason, 2.0)
    assert result.exercises == ()
    assert len(tried) == tries
    monkeypatch.undo()
    assert made.grade(submission(root)).score == 2.0


def test_a_result_that_cannot_be_kept_is_still_a_result(
    made: Grader, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk costs time, not points."""

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "put", full)
    assert made.grade(submission(root)).score == 2.0


def test_names_of_any_bytes_are_spelt_readably(made: Grader, root: Path) -> None:
    """A path that is no UTF-8 and a student's name with an escape end in text that every report can hold.

    The digest tells the student from others whose names look so.
    """
    path = root / os.fsdecode(b"caf\xe9.py")
    path.write_text(small.RIGHT)
    result = made.grade(Submission("a\x1b[31m\ud800b", "doubling", path))
    assert result.score == 2.0
    assert result.student == "a [31m b [0cfa3006509d]"
    assert result.path.endswith("caf\ufffd.py")


# --- the pool ---------------------------------------------------------------------------------------------------


def test_a_server_is_lent_to_one_at_a_time(isolation: sandbox.Isolation) -> None:
    """Two leases are two servers; one that is given back is lent again, also after an error."""
    pool = Pool(isolation, Path("nowhere"))
    with pool.lease() as first, pool.lease() as second:
        assert first is not second
    with pytest.raises(MachineError), pool.lease() as third:
        third.end()
    with pool.lease() as one, pool.lease() as two:
        assert {id(one), id(two)} == {id(first), id(second)}


def test_a_closed_pool_lends_nothing_that_could_start(isolation: sandbox.Isolation) -> None:
    """Neither a new server nor an idle one that would start itself again."""
    pool = Pool(isolation, Path("nowhere"))
    with pool.lease():
        pass
    pool.close()
    with pool.lease() as idle, pytest.raises(MachineError, match="grading was stopped"):
        idle.start()
    with pytest.raises(MachineError, match="grading was stopped"), pool.lease(), pool.lease():
        pass


@pytest.mark.parametrize(
    ("harmed", "tries", "kept"), [([False], 1, True), ([True, False], 2, True), ([True] * 3, 2, False)]
)
def test_a_harmed_result_is_tried_again_and_never_kept(
    made: Grader, root: Path, monkeypatch: pytest.MonkeyPatch, harmed: list[bool], tries: int, kept: bool
) -> None:
    """Time that ran out while the judge was held up may be the judge's fault: another run finds no such result."""
    left = list(harmed)

    def held_up(*_: object) -> Judgement:
        return Judgement(notes=[Note(kind=NoteKind.VARIANT, text=str(len(harmed) - len(left)))], harmed=left.pop(0))

    monkeypatch.setattr(grader, "judge", held_up)
    made.grade(submission(root, f"{harmed}"))
    assert len(harmed) - len(left) == tries
    monkeypatch.undo()
    calls: list[object] = []
    monkeypatch.setattr(grader, "judge", lambda *_: calls.append(1) or Judgement())
    made.grade(submission(root, f"{harmed}"))
    assert (not calls) == kept
