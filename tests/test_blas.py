"""The judge's matrix products take one thread, whatever the environment says; a student's own are left alone.

For nbgrader's commands, see tests/nbgrader/test_one_thread.py.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from noting import noting, take_two, threads
from students import cells, kernel, workplace
from threadpoolctl import threadpool_limits

from autograder import blas
from autograder.course.submissions import Submission
from autograder.grading.run import Job, grade_all
from tests import small

CORES = len(os.sched_getaffinity(0))
several = pytest.mark.skipif(CORES < 2, reason="on one core BLAS has one thread, whatever anybody does")


def run(*words: str, cwd: Path) -> None:
    """Run Python, successfully."""
    done = subprocess.run([sys.executable, *words], cwd=cwd, capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr


@several
def test_a_program_that_limits_nothing_is_seen_to_have_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the other tests can fail."""
    notes = noting(tmp_path, monkeypatch)
    run("-c", "import numpy", "plain", cwd=tmp_path)
    assert notes.read_text() == "plain 2\n"


def test_grade_has_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`autograder grade`, as a program of its own."""
    root = small.course(tmp_path / "course")
    small.hand_in(root, "ada", small.RIGHT)
    notes = noting(tmp_path, monkeypatch)
    run("-m", "autograder", "grade", cwd=root)
    assert notes.read_text() == "grade 1\n"


def test_a_dask_worker_has_one_thread(tmp_path: Path) -> None:
    """Also one that imported NumPy before it was asked to grade anything, with more threads."""
    from distributed import Client, LocalCluster

    root = small.course(tmp_path / "course")
    submission = [Submission("ada", "doubling", small.hand_in(root, "ada", small.RIGHT))]
    order = Job(root, ("doubling",), "course", keep=False)
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        client.run(take_two)
        (before,) = client.run(threads).values()
        (result,) = grade_all(submission, order, scheduler=cluster.scheduler_address, each=lambda _r: None)
        (after,) = client.run(threads).values()
    assert result.score == 2.0
    assert (before, after) == ([2], [1])


@several
def test_a_process_that_imported_numpy_before_is_limited_too() -> None:
    """At once, and for good: what `autograder calibrate` begins each of its processes with."""
    with threadpool_limits(2, user_api="blas"):
        assert threads() == [2]
        blas.one_thread()
        assert threads() == [1]


@several
def test_a_students_kernel_keeps_its_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The self-check runs beside what the student computes, and limits none of it."""
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    ask = "import json, sys; sys.path.append({!r}); import noting; print(json.dumps(noting.threads()))"
    with kernel(workplace(tmp_path, data=True).parent) as running:
        assert running.run("\n\n\n".join([*cells(), "from autograder import check"])) == []
        assert "passed" in str(running.shown("check()"))
        assert running.value(ask.format(str(Path(__file__).parent))) == [2]
