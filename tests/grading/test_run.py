"""Grading many: in the order in which they were handed in, on threads here or on a Dask cluster, with equal results."""

import contextlib
import dataclasses
import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from autograder.course.submissions import Submission
from autograder.errors import CourseError, MachineError
from autograder.grading import run
from autograder.grading.grader import Grader
from autograder.grading.run import Job, grade_all
from autograder.result import Result, Seconds
from tests import small


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small course."""
    return small.course(tmp_path)


def class_of(root: Path, count: int) -> list[Submission]:
    """Hand in right and wrong submissions in turn, each of its own content."""
    codes = [f"{small.RIGHT if i % 2 == 0 else small.WRONG}# {i}\n" for i in range(count)]
    return [Submission(f"s{i}", "doubling", small.hand_in(root, f"s{i}", code)) for i, code in enumerate(codes)]


def without_times(results: list[Result]) -> list[Result]:
    """Leave the seconds out."""
    return [msgspec.structs.replace(r, seconds=Seconds()) for r in results]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A Dask cluster of one process with two threads; its address."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None) as made:
        yield made.scheduler_address


def test_a_cluster_gives_the_same_results(root: Path, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths, order and all; and after a change of the checks the same worker judges by the new ones."""
    submission = class_of(root, 4)
    monkeypatch.chdir(root)
    submission = [dataclasses.replace(h, path=h.path.relative_to(root)) for h in submission]
    order = Job(root, ("doubling",), "course", keep=False, jobs=1)
    seen: list[str] = []
    here = grade_all(submission, order, scheduler=None, each=lambda r: seen.append(r.student))
    assert [(r.student, r.score) for r in here] == [("s0", 2.0), ("s1", 0.0), ("s2", 2.0), ("s3", 0.0)]
    assert sorted(seen) == ["s0", "s1", "s2", "s3"]

    there = grade_all(submission, order, scheduler=cluster, each=lambda _r: None)
    assert without_times(there) == without_times(here)

    page = root / "solutions" / "doubling" / "checks.py"
    page.write_text(page.read_text().replace("close_to(2 * x)", "close_to( 3 * x)"))
    changed = grade_all(submission, order, scheduler=cluster, each=lambda _r: None)
    assert [r.score for r in changed] == [0.0, 2.0, 0.0, 2.0]


def test_a_lost_dask_worker_leaves_one_submission_ungraded(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are graded; what is wrong with the course still ends the run."""
    from distributed.scheduler import KilledWorker

    submission = class_of(root, 3)
    order = Job(root, ("doubling",), "course", keep=False)
    turns: dict[str, threading.Event] = defaultdict(threading.Event)
    grader = Fake(turns)
    for one in submission:
        turns[one.student].set()
    failure: list[Exception] = [KilledWorker("s1", None, 3)]  # type: ignore[arg-type]

    def remote(_order: Job, one: Submission, cwd: Path) -> Result:
        assert cwd == Path.cwd()
        if one.student == "s1":
            raise failure[0]
        return grader.grade(one)

    @contextlib.contextmanager
    def threads(_scheduler: str) -> Iterator[ThreadPoolExecutor]:
        with ThreadPoolExecutor(2) as executor:
            yield executor

    monkeypatch.setattr(run, "_remote", remote)
    monkeypatch.setattr(run, "_cluster", threads)
    seen: list[str] = []
    found = grade_all(submission, order, scheduler="tcp://x:1", each=lambda r: seen.append(r.student))
    assert sorted(seen) == ["s0", "s1", "s2"]
    assert [r.status for r in found] == ["graded", "ungraded", "graded"]
    assert "the Dask worker that graded it was lost (KilledWorker)" in str(found[1].reason)
    failure[0] = ZeroDivisionError("ours")
    found = grade_all(submission, order, scheduler="tcp://x:1", each=lambda _r: None)
    assert found[1].reason == "the grader itself failed (ZeroDivisionError: ours); please report it"
    for kind in (CourseError, MachineError):  # true of every submission
        failure[0] = kind("that is wrong")
        with pytest.raises(kind, match="that is wrong"):
            grade_all(submission, order, scheduler="tcp://x:1", each=lambda _r: None)


def test_no_cluster_is_a_course_error(root: Path) -> None:
    """The option is named, and what was given."""
    order = Job(root, ("doubling",), "course", keep=False)
    with pytest.raises(CourseError, match="--scheduler nonsense: no Dask scheduler answers there"):
        grade_all(class_of(root, 1), order, scheduler="nonsense", each=lambda _r: None)


# --- without servers: what surrounds them -----------------------------------------------------------------------


@dataclasses.dataclass
class Fake:
    """A grader that only says who was graded, after waiting for its turn."""

    turns: dict[str, threading.Event] = dataclasses.field(default_factory=dict)
    closed: bool = False
    unkept: list[str] = dataclasses.field(default_factory=list)

    @property
    def pool(self) -> "Fake":
        """It is its own pool."""
        return self

    def close(self) -> None:
        """Note that the pool was closed, and let everyone go."""
        self.closed = True
        for turn in self.turns.values():
            turn.set()

    def grade(self, submission: Submission) -> Result:
        """Return a result of this student's."""
        self.turns[submission.student].wait(10)
        return Result(
            student=submission.student,
            assignment="doubling",
            path="",
            sha256=None,
            status="graded",
            score=0.0,
            max_score=2.0,
            device="cpu(0)",
            isolation="none",
            grader="0",
        )


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Set up a fake grader instead of a real one."""
    made = Fake()
    monkeypatch.setattr(run, "_set_up", lambda _order: made)
    return made


ORDER = Job(Path("/nowhere"), ("doubling",), "course", keep=False, jobs=2)
PAIR = [Submission("slow", "doubling", Path("a")), Submission("fast", "doubling", Path("b"))]


def test_results_come_as_they_are_ready_and_are_returned_in_order(fake: Fake) -> None:
    """Who is slow holds up no one's progress, and loses no place."""
    fake.turns = {"slow": threading.Event(), "fast": threading.Event()}
    fake.turns["fast"].set()
    seen = []

    def each(result: Result) -> None:
        seen.append(result.student)
        fake.turns["slow"].set()

    found = grade_all(PAIR, ORDER, scheduler=None, each=each)
    assert seen == ["fast", "slow"]
    assert [r.student for r in found] == ["slow", "fast"]
    assert fake.closed


def test_an_interrupt_closes_the_servers_and_waits_for_the_threads(fake: Fake) -> None:
    """Nothing goes on in the background when the exception arrives."""
    fake.turns = {"slow": threading.Event(), "fast": threading.Event()}
    fake.turns["fast"].set()

    def each(_result: Result) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade_all(PAIR, ORDER, scheduler=None, each=each)
    assert fake.closed
    assert not [t for t in threading.enumerate() if t.name.startswith("grade")]


def test_a_set_up_that_fails_leaves_no_server(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong page of checks is told after the servers were launched, so they are stopped."""
    (root / "solutions" / "doubling" / "checks.py").write_text("nonsense")
    pools = []
    pool = run.Pool

    def remembered(*args: object, **kwargs: object) -> object:
        pools.append(pool(*args, **kwargs))  # type: ignore[arg-type]
        return pools[-1]

    monkeypatch.setattr(run, "Pool", remembered)
    with pytest.raises(CourseError, match="NameError"), run.grading(Job(root, ("doubling",), "course", keep=False)):
        raise AssertionError("it was set up")
    (made,) = pools
    assert [server._process for server in made._all] == [None]
    with pytest.raises(MachineError, match="grading was stopped"), made.lease() as server:
        server.start()


def test_a_grader_is_shared_by_the_threads_of_a_process_and_made_anew_for_another_edition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One set-up for many submissions; another when the course's files have changed."""
    made: list[Job] = []

    def set_up(order: Job) -> Grader:
        made.append(order)
        return object()  # type: ignore[return-value]

    monkeypatch.setattr(run, "_set_up", set_up)
    first, second = (dataclasses.replace(ORDER, course_digest=e) for e in ("1", "2"))
    assert run._grader_here(first, 1) is run._grader_here(first, 1)
    assert run._grader_here(second, 1) is not None
    assert made == [first, second]
