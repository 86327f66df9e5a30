"""Nothing is lost and nothing is half-written: whoever is killed, whatever is full, edited, closed or taken away.

A class of small submissions is graded; something dies or breaks at a seeded random moment; the same command is given
again. Every grade must then be there once, and equal to an undisturbed run's, but for times.
"""

import ast
import contextlib
import copy
import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.checks import suite
from autograder.course import notebook
from autograder.course.notebook import Cell
from autograder.course.settings import load
from autograder.course.submissions import Submission
from autograder.errors import CourseError
from autograder.grading import grader, run
from autograder.grading.grader import Grader, Pool
from autograder.grading.run import Job
from autograder.grading.store import Store
from autograder.judging.judge import judge
from autograder.sandbox import walls as sandbox
from autograder.sandbox.server import WorkerServer
from tests import small
from tests.processes import descendants, is_child, is_server, outlive

STUDENTS = 30
MANY = 100  # where something is killed at random moments
STRIKES = 4  # a worker server that is replaced costs the import of MXNet
ENV = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
KINDS = (
    "def f(x):\n    return 2 * x\n",
    "def f(x):\n    return 3 * x\n",
    "def f(x):\n    raise ValueError('no')\n",
    "import os, signal\ndef f(x):\n    os.kill(os.getpid(), signal.SIGKILL)\n",  # its own doing, each time
    "g = 1\n",
)
Found = dict[str, dict[str, Any]]


def make_class(root: Path, students: int = STUDENTS) -> Path:
    """Hand in notebooks of every kind, no two the same; each takes a tenth of a second."""
    small.course(root)
    for number in range(students):
        code = f"# {number}\nimport time\npause = time.sleep(0.05)\n{KINDS[number % len(KINDS)]}"
        code = code.replace("return", "pause\n    return")  # needed, so that it is run
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": code}
        path = root / "submitted" / f"s{number:02}" / "doubling" / "doubling.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A class that nobody has graded yet."""
    return make_class(tmp_path / "course")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What grading the class gives where nothing happens."""
    root = make_class(tmp_path_factory.mktemp("undisturbed") / "course")
    found = results(finish(start(root)), root)
    assert [round(r["score"]) for r in found.values()] == [2, 0, 0, 0, 0] * (STUDENTS // 5)
    assert {c["verdict"] for r in found.values() for e in r["exercises"] for c in e["checks"]} == {
        *("pass", "wrong", "raised", "crashed", "not_attempted")
    }
    return found


@contextlib.contextmanager
def started(root: Path, *options: str, **streams: Any) -> Iterator["subprocess.Popen[str]"]:
    """Grade the class in a process of its own; whatever happens, it and its servers are gone afterwards."""
    process = start(root, *options, **streams)
    try:
        yield process
    finally:
        process.kill()
        finish(process)


def start(root: Path, *options: str, **streams: Any) -> "subprocess.Popen[str]":
    """Start grading two at a time; progress, a line for each, comes on stderr."""
    command = [sys.executable, "-m", "autograder", "grade", "--jobs", "2", *options]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.Popen(command, cwd=root, env=ENV, text=True, **streams)


def finish(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Wait; return exit status and stderr."""
    _, said = process.communicate(timeout=120)
    return process.returncode, said or ""


def again(root: Path) -> Found:
    """Give the same command again, which must then go through."""
    return results(finish(start(root)), root)


def results(ended: tuple[int, str], root: Path, status: int = 0) -> Found:
    """Read what a run reports, each student once, less times; nothing half-written lies about, in no folder."""
    assert ended[0] == status, ended[1]
    lines = [json.loads(line) for line in (root / "reports" / "results.jsonl").read_text().splitlines()]
    assert [r["student"] for r in lines] == [f"s{n:02}" for n in range(len(lines))]
    assert list(root.rglob(".*.part")) == []
    for line in lines:
        del line["seconds"]
    return {line["student"]: line for line in lines}


def but_how(found: Found) -> Found:
    """Leave out how a process that has crashed came to do so.

    One that kills itself, struck from outside as well, has crashed either way: whether while it was imported is chance.
    """
    found = copy.deepcopy(found)
    for check in (c for r in found.values() for e in r["exercises"] for c in e["checks"]):
        if check["verdict"] == "crashed":
            check["message"] = check["diagnosis"] = None
    return found


def kept(root: Path) -> list[Path]:
    """List the kept results; each must be whole."""
    found = sorted((root / ".autograder" / "results").glob("*.json"))
    assert all(json.loads(path.read_bytes())["status"] == "graded" for path in found)
    return found


def wait_for(process: "subprocess.Popen[str]", graded: int) -> None:
    """Wait until so many results have been told on stderr."""
    assert process.stderr is not None
    told = f"{graded} of {STUDENTS}: "
    assert any(line.startswith(told) for line in process.stderr), f"it ended before {told!r}"


# --- kill -9 ----------------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(tmp_path: Path) -> Path:
    """A larger class that nobody has graded yet."""
    return make_class(tmp_path / "course", MANY)


@pytest.fixture(scope="module")
def crowd_undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What grading the larger class gives where nothing happens."""
    root = make_class(tmp_path_factory.mktemp("undisturbed") / "course", MANY)
    found = results(finish(start(root)), root)
    assert len(found) == MANY
    return found


@pytest.mark.long
def test_a_judge_killed_at_any_moment_loses_nothing(crowd: Path, crowd_undisturbed: Found) -> None:
    """Four times, anywhere from start-up to reports: its servers go with it, and the last command completes it all."""
    root, rng = crowd, random.Random(1)
    whole = 0
    for most in (1.5, 4.0, 5.0, 8.0):
        with started(root) as process:
            time.sleep(rng.uniform(0.3, most))
            family = set(descendants(process.pid))
            process.kill()
            process.wait(10)
            assert outlive(family) == set()
        assert len(kept(root)) >= whole
        whole = len(kept(root))
    assert again(root) == crowd_undisturbed
    assert len(kept(root)) == MANY


@pytest.mark.long
@pytest.mark.parametrize(
    ("which", "every"), [(is_server, 0.9), (is_child, 0.4)], ids=["worker servers", "worker children"]
)
def test_killed_workers_change_no_grade(
    crowd: Path, crowd_undisturbed: Found, which: Callable[[int], bool], every: float
) -> None:
    """Who is struck down from outside is judged again; at worst it is ungraded until the next run, never zero.

    The strikes come further apart than it takes to judge one again: who is struck twice is said to have done it.
    """
    root, undisturbed, rng = crowd, crowd_undisturbed, random.Random(2)
    struck = 0
    with started(root, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            time.sleep(0.01)
            victims = [pid for pid in descendants(process.pid) if which(pid)]
            if victims and struck < STRIKES and (struck or kept(root)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(rng.choice(victims), signal.SIGKILL)
                    struck += 1
                time.sleep(every * rng.uniform(0.5, 1.5))
        found = results((process.returncode, ""), root, status=process.returncode)
    assert struck >= 2
    graded = {s: r for s, r in found.items() if r["status"] == "graded"}
    assert but_how(graded) == but_how({s: undisturbed[s] for s in graded})
    assert process.returncode == int(any(r["status"] == "ungraded" for r in found.values()))
    assert but_how(again(root)) == but_how(undisturbed)


def test_what_kills_itself_is_judged_twice_and_has_crashed(
    root: Path, server: WorkerServer, isolation: sandbox.Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not ungraded, or a submission could keep its grade from being given; one that raises is judged once."""
    made = _grader(root, server, isolation)
    calls: list[tuple[Cell, ...]] = []

    def counted(an_exam: Any, cells: tuple[Cell, ...], *rest: Any) -> Any:
        calls.append(cells)
        return judge(an_exam, cells, *rest)

    monkeypatch.setattr(grader, "judge", counted)
    found = made.grade(_handed(root, "s03"))
    assert (found.status, found.score, found.exercises[0].checks[0].verdict) == ("graded", 0.0, "crashed")
    assert len(calls) == 2
    assert made.grade(_handed(root, "s02")).exercises[0].checks[0].verdict == "raised"
    assert len(calls) == 3


# --- signals and pipes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "signals",
    [
        pytest.param((signal.SIGTERM,), id="TERM", marks=pytest.mark.long),
        pytest.param((signal.SIGHUP,), id="HUP", marks=pytest.mark.long),
        pytest.param((signal.SIGINT, signal.SIGINT), id="INT twice", marks=pytest.mark.long),
        pytest.param((signal.SIGINT, signal.SIGTERM), id="INT and TERM"),
    ],
)
def test_a_signal_stops_in_order(root: Path, undisturbed: Found, signals: tuple[signal.Signals, ...]) -> None:
    """One sentence, exit 130, no process left, what was graded is kept; a second signal does not cut that short."""
    with started(root) as process:
        wait_for(process, 4)
        family = set(descendants(process.pid))
        for number in signals:
            process.send_signal(number)
            time.sleep(0.01)
        status, said = finish(process)
    assert status == 130
    assert "graded; they are kept: the same command goes on from there." in " ".join(said.split())
    assert said.count("Stopped.") == 1
    assert "Traceback" not in said
    assert outlive(family) == set()
    assert 4 <= len(kept(root)) < STUDENTS
    assert again(root) == undisturbed


def test_a_reader_of_results_that_leaves_costs_nothing(root: Path, undisturbed: Found) -> None:
    """`--json - | head -1`: the reports are whole, the exit status is that of the grading, and one sentence says so."""
    reading, writing = os.pipe()
    os.close(reading)
    with started(root, "--json", "-", stdout=writing) as process:
        os.close(writing)
        ended = finish(process)
    assert "Standard output was closed before all was written; the reports have everything." in ended[1]
    assert "Traceback" not in ended[1]
    assert results(ended, root) == undisturbed


@pytest.mark.long
def test_a_reader_of_progress_that_leaves_stops_the_run(root: Path, undisturbed: Found) -> None:
    """`2>&1 | head -1`: nobody is left to tell; no process stays, and what was graded is kept."""
    with started(root) as process:
        wait_for(process, 2)
        family = set(descendants(process.pid))
        assert process.stderr is not None
        process.stderr.close()
        assert process.wait(30) != 0
        process.stderr = None
    assert outlive(family) == set()
    assert len(kept(root)) >= 2
    assert again(root) == undisturbed


# --- disks and folders ------------------------------------------------------------------------------------------


def test_a_full_disk_keeps_the_old_reports(root: Path, undisturbed: Found) -> None:
    """No file can grow past 64 bytes: what cannot be kept and written is said in a sentence each, and exit is 2."""
    assert again(root) == undisturbed
    before = {path: path.read_bytes() for path in (root / "reports").rglob("*") if path.is_file()}
    shutil.rmtree(root / ".autograder")

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))

    with started(root, preexec_fn=small_files) as process:
        status, said = finish(process)
    assert status == 2
    assert f"{STUDENTS} of the results could not be kept (File too large): another run grades those again" in said
    assert "reports: the reports cannot be written there (File too large)" in said
    assert "Traceback" not in said
    assert {path: path.read_bytes() for path in (root / "reports").rglob("*") if path.is_file()} == before
    assert kept(root) == []
    assert again(root) == undisturbed


def test_stdout_on_a_full_disk_is_told(root: Path, undisturbed: Found) -> None:
    """Exit 2 and a sentence; the reports are written all the same."""
    with Path("/dev/full").open("w") as full, started(root, "--json", "-", stdout=full) as process:
        ended = finish(process)
    assert "standard output: the reports cannot be written there (No space left on device)" in ended[1]
    assert "Traceback" not in ended[1]
    assert "Exception ignored" not in ended[1]
    assert results(ended, root, status=2) == undisturbed


@pytest.mark.parametrize(
    "options",
    [("--json", "reports"), ("--json", "course.yaml/x"), ("--json", "/proc/nowhere/x"), ("--out", "course.yaml")],
    ids=["a folder", "below a file", "where nothing can be made", "reports in a file"],
)
def test_an_impossible_place_is_told_before_anything_is_graded(root: Path, options: tuple[str, str]) -> None:
    """An hour's grading must not end in `cannot be written`."""
    (root / "reports").mkdir()
    with started(root, "--no-cache", *options) as process:
        status, said = finish(process)
    assert status == 2
    assert "the reports cannot be written there" in said
    assert len(said.strip().splitlines()) == 1
    assert not (root / ".autograder").exists()


@pytest.mark.long
def test_reports_removed_in_mid_run_are_made_again(root: Path, undisturbed: Found) -> None:
    """And kept results too."""
    assert again(root) == undisturbed
    shutil.rmtree(root / ".autograder")
    with started(root) as process:
        wait_for(process, 3)
        for name in ("reports", ".autograder"):  # moved, not emptied: files come and go in them
            (root / name).rename(root.parent / f"removed-{name}")
        ended = finish(process)
    assert results(ended, root) == undisturbed
    assert len(kept(root)) > STUDENTS // 2


def test_what_a_dead_run_left_is_swept(root: Path, undisturbed: Found) -> None:
    """In the store, and among the reports."""
    for folder in (root / ".autograder" / "results", root / "reports", root / "reports" / "doubling"):
        folder.mkdir(parents=True)
        (folder / ".x.json-abc.part").write_bytes(b'{"schema":1,')
    assert again(root) == undisturbed


def test_an_unreadable_submission_is_ungraded_and_says_so(
    root: Path, server: WorkerServer, isolation: sandbox.Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine's fault: no zero, no invitation to report a fault of the grader's."""

    def refused(path: Path, *_rest: Any) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(notebook.os, "open", refused)
    found = _grader(root, server, isolation).grade(_handed(root, "s00"))
    assert (found.status, found.score) == ("ungraded", None)
    assert found.reason is not None
    assert found.reason.endswith("cannot be read (Permission denied): let the user who runs the autograder read it.")


# --- what is edited, what jumps, what runs beside ---------------------------------------------------------------


@pytest.mark.long
def test_a_course_edited_in_mid_run_is_for_the_next_run(root: Path, undisturbed: Found) -> None:
    """All are graded by the edition that was there at the start, and reported; the next run uses the new one."""
    with started(root) as process:
        wait_for(process, 2)
        page = root / "solutions" / "doubling" / "checks.py"
        page.write_text(small.CHECKS.replace("close_to(2 * x)", "close_to(3 * x)"))
        (root / "course.yaml").write_text("nonsense: [")
        ended = finish(process)
    assert results(ended, root) == undisturbed
    (root / "course.yaml").write_text(small.COURSE)
    assert [round(r["score"]) for r in again(root).values()] == [0, 2, 0, 0, 0] * (STUDENTS // 5)
    page.write_text(small.CHECKS)
    assert again(root) == undisturbed


def test_a_course_edited_while_it_is_read_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither edition may be graded with, and no server stays; nor may a Dask worker grade with another edition."""
    prepare = suite.prepare

    def edited(*arguments: Any) -> suite.Suite:
        found = prepare(*arguments)
        page = root / "solutions" / "doubling" / "checks.py"
        page.write_text(page.read_text() + "\n")
        return found

    order = Job(root, ("doubling",), "course", keep=False)
    before = set(descendants(os.getpid()))
    with monkeypatch.context() as patch:
        patch.setattr(run.suites, "prepare", edited)
        with pytest.raises(CourseError, match="were edited while they were being read; run the same command again"):
            run._set_up(order)
    with pytest.raises(CourseError, match="run the same command again"):
        run._set_up(Job(root, ("doubling",), "course", keep=False, course_digest="another"))
    assert set(descendants(os.getpid())) <= before


@pytest.mark.long
def test_two_runs_at_once_are_both_right(root: Path, undisturbed: Found) -> None:
    """On one course, one store and one folder of reports."""
    with started(root, "--json", "1.jsonl") as first, started(root, "--json", "2.jsonl") as second:
        ended = [finish(first), finish(second)]
    for one, name in zip(ended, ("1.jsonl", "2.jsonl"), strict=True):
        assert results(one, root) == undisturbed
        lines = [json.loads(line) for line in (root / name).read_text().splitlines()]
        assert {r["student"]: {k: v for k, v in r.items() if k != "seconds"} for r in lines} == undisturbed
    assert len(kept(root)) == STUDENTS


def test_a_clock_that_jumps_changes_nothing(
    root: Path, server: WorkerServer, isolation: sandbox.Isolation, undisturbed: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour forward or back at every look: no deadline depends on it."""
    rng = random.Random(3)
    monkeypatch.setattr(time, "time", lambda: rng.uniform(0, 4e9))
    found = _grader(root, server, isolation).grade(_handed(root, "s00"))
    (verdict,) = [c.verdict for e in found.exercises for c in e.checks]
    assert (found.status, found.score, verdict) == ("graded", undisturbed["s00"]["score"], "pass")


def test_no_module_reads_the_wall_clock() -> None:
    """Deadlines and times come from the monotonic clock: nothing in the package asks what time of day it is."""
    asked = []
    for path in Path(run.__file__).parents[1].rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                name = f"{node.value.id}.{node.attr}"
                if name in {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today"}:
                    asked.append(f"{path.name}:{node.lineno} {name}")
            if isinstance(node, ast.ImportFrom) and node.module == "time":
                asked += [f"{path.name} from time import {a.name}" for a in node.names if a.name in {"time", "time_ns"}]
    assert asked == []


def _grader(root: Path, server: WorkerServer, isolation: sandbox.Isolation) -> Grader:
    """A grader whose pool has the tests' own server, and that keeps nothing."""
    settings = load(root)
    pool = Pool(isolation, root / settings.data)
    pool._idle.append(server)
    suites = {"doubling": suite.prepare(root, settings, "doubling")}
    return Grader(suites, pool, "cpu(0)", Store(root / "kept", enabled=False), {"doubling": "digest"})


def _handed(root: Path, student: str) -> Submission:
    return Submission(student, "doubling", root / "submitted" / student / "doubling" / "doubling.ipynb")


def test_an_edit_within_the_second_and_of_the_same_size_counts(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled code is trusted while size and second agree: checks are compiled from what their files hold now."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    page = root / "solutions" / "doubling" / "checks.py"
    expected = []
    for text in (small.CHECKS, small.CHECKS.replace("2 * x)", "3 * x)")):
        page.write_text(text)
        os.utime(page, (1e9, 1e9))
        (item,) = suite.prepare(root, load(root), "doubling").items
        expected.append(item.cases[0].aspects[0].expect.value)  # type: ignore[union-attr]
    assert (expected[1] / expected[0]).round(6).tolist() == [1.5] * 3
    assert list(page.parent.rglob("*.pyc")) == []
