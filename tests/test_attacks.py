"""Attacks on the grader from inside a submission: no point gained, no neighbour changed, nothing left behind.

Where the sandbox is missing this fails. `make attacks` prints the table for every level of isolation.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.course import settings as course
from autograder.sandbox import server
from autograder.sandbox import walls as sandbox
from autograder.sandbox.server import WorkerServer
from tests import attacking
from tests.making import PRELUDE, SOLUTION

ROOT = Path(__file__).parents[1]


SAMPLE = (
    "calls_patched",
    "exit_in_call",
    "hidden_inputs_leaked",
    "leaves_files",
    "loop_at_import",
    "notebook_linked_to_solution",
    "opens_sockets",
    "pretrained_pasted",
    "reads_solutions",
    "segfault",
    "wire_forges_loaded",
)


def test_no_attack_of_a_sample_gains_anything() -> None:
    """One of each kind, behind the strongest walls: wrong values, early ends, files, networks, forged answers."""
    rows = attacking.run(attacking.corpus(SAMPLE), "bubblewrap")
    assert tuple(row.attack.name for row in rows) == SAMPLE
    assert [(row.attack.name, row.gained, row.breaks) for row in rows if row.gained or row.breaks] == []


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("level", attacking.LEVELS)
def test_no_attack_gains_anything(level: str) -> None:
    """The whole corpus behind each level of isolation: the program's own exit status says whether anything broke."""
    command = [sys.executable, "-m", "tests.attacking", "--isolation", level]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=880, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(attacking.corpus())} attacks, 0 points gained, 0 breaks" in done.stdout


def test_the_corpus_is_large_and_every_attack_says_what_it_tries() -> None:
    """A hundred attacks, none of which expects to pass, and few that deserve points for what they answer."""
    corpus = attacking.corpus()
    assert len(corpus) >= 100
    assert all(len(a.tries) > 20 and "pass" not in a.expects and a.expects for a in corpus)
    assert [a.name for a in corpus if a.honest] == ["trains_by_itself"]


def test_a_gained_point_is_seen(tmp_path: Path) -> None:
    """The right answers handed in as an attack are a break: the table can fail."""
    path = tmp_path / "solves.py"
    path.write_text("# Answers as it should.\n# Mode: own\n# Expects: wrong\n" + "".join(SOLUTION.values()))
    row = attacking.run([attacking._read(path)], "bubblewrap")[0]
    assert row.gained == 20
    assert row.verdicts == ("pass",)
    assert row.breaks[0] == "points gained: 20.0"
    assert PRELUDE in attacking.cells_of(row.attack)


def test_what_is_left_behind_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with the attacks' mark and a process that outlives its parent are both told."""
    monkeypatch.setattr(attacking, "ROOT", tmp_path)
    (tmp_path / f"{attacking.MARK}-x").touch()
    before = attacking._children()
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        told = attacking._left_behind(before)
        assert not any("process" in one for one in attacking._left_behind(attacking._children()))
    finally:
        sleeper.kill()
        sleeper.wait()
    assert f"a file is left: {tmp_path / attacking.MARK}-x" in told
    assert f"a process is left: {sleeper.pid}" in told


def test_what_is_taken_of_the_machine_is_seen() -> None:
    """A fifth of the machine's asynchronous I/O, held for a moment while attacks run, is told."""
    libc, context = ctypes.CDLL(None, use_errno=True), ctypes.c_ulong(0)
    set_up, destroy = (206, 207) if os.uname().machine == "x86_64" else (0, 1)
    most = int(Path("/proc/sys/fs/aio-max-nr").read_text())
    with attacking._machine_watched() as told:
        assert libc.syscall(ctypes.c_long(set_up), ctypes.c_long(most // 5), ctypes.byref(context)) == 0
        time.sleep(0.5)
        libc.syscall(ctypes.c_long(destroy), context)
    assert len([line for line in told if line.startswith("asynchronous I/O: ")]) == 1
    with attacking._machine_watched() as told:
        time.sleep(0.1)
    assert told == []


def test_a_server_that_is_kept_busy_after_its_child_is_replaced(
    the_course: course.Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child that leaves more to clear away than there is time for costs a server, and nobody a grade."""
    own = WorkerServer(sandbox.detect("landlock"), None)
    try:
        session = own.open(the_course.limits)
        assert own._process is not None
        first = own._process.pid
        os.kill(first, signal.SIGSTOP)
        monkeypatch.setattr(server, "CONTROL_SECONDS", 0.2)
        ended = session.close()
        monkeypatch.undo()
        assert (ended.code, ended.signal) == (0, 0)
        assert not Path(f"/proc/{first}").exists()
        own.open(the_course.limits).close()
        assert own._process.pid != first
    finally:
        own.close()


def test_a_child_is_the_first_to_go_without_memory(the_course: course.Course) -> None:
    """The kernel ends a submission before the judge or a server, which keep what they had."""
    own = WorkerServer(sandbox.detect("landlock"), None)
    try:
        session = own.open(the_course.limits)
        assert own._process is not None
        parent = own._process.pid
        child = int(Path(f"/proc/{parent}/task/{parent}/children").read_text())
        assert Path(f"/proc/{child}/oom_score_adj").read_text() == "1000\n"
        assert Path(f"/proc/{parent}/oom_score_adj").read_text() != "1000\n"
        session.close()
    finally:
        own.close()


def test_many_empty_files_are_wiped_fast(tmp_path: Path) -> None:
    """Files cost a child nothing: clearing ten thousand of them away takes well under a second."""
    from autograder.worker.__main__ import _wipe

    for number in range(10_000):
        (tmp_path / str(number)).touch()
    began = time.process_time()
    _wipe([str(tmp_path)])
    assert time.process_time() - began < 1.0
    assert list(tmp_path.iterdir()) == []
