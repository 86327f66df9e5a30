"""Grade many submissions: `submit(grade, handed)` on an executor, local threads or a Dask cluster.

Each local thread leases a worker server; the work itself happens in those processes.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import msgspec
import numpy as np

from autograder import __version__
from autograder.checks import suite as suites
from autograder.course import device as devices
from autograder.course import mnist
from autograder.course.settings import Course, load
from autograder.course.submissions import Submission
from autograder.errors import CourseError, MachineError
from autograder.grading.answers import Oracles
from autograder.grading.grader import Grader, Pool, text_of
from autograder.grading.store import FOLDER, Store, course_digest, settings_digest
from autograder.result import Result, clean, name_of
from autograder.sandbox import walls

LOST = ("KilledWorker", "CommClosedError", "CancelledError", "TimeoutError")  # ends of a cluster's workers
EDITED = "the course's files were edited while they were being read; run the same command again"


@dataclass(frozen=True)
class Job:
    """What to grade with: enough for another process, or another machine, to set itself up."""

    root: Path
    assignments: tuple[str, ...]
    isolation: str
    keep: bool  # read and write kept results
    jobs: int = 1
    course_digest: str = ""  # digest of the course's files, where they were read before: no others may be graded with


@contextmanager
def grading(order: Job) -> Iterator[Grader]:
    """Set up a grader and its servers; a wrong course, device or machine is told before anything is graded."""
    grader = _set_up(order)
    try:
        yield grader
    finally:
        grader.close()


def grade_all(
    submission: Sequence[Submission],
    order: Job,
    *,
    scheduler: str | None,
    each: Callable[[Result], None],
    warn: Callable[[str], None] = lambda _text: None,
) -> list[Result]:
    """Grade submissions, calling `each` as results come; return them in the order in which they were handed in.

    All are graded with one edition of the course. `warn` is told, once, if results could not be kept.
    """
    if scheduler is not None:
        with _cluster(scheduler) as executor:
            remote = replace(
                order, jobs=1, course_digest=order.course_digest or course_digest(order.root, order.assignments)
            )
            here, lost = Path.cwd(), partial(_lost, load(order.root))
            return _gather(submission, lambda h: executor.submit(_remote, remote, h, here), each, lost)
    with grading(order) as grader:
        executor = ThreadPoolExecutor(order.jobs, thread_name_prefix="grade")
        try:
            return _gather(submission, lambda h: executor.submit(grader.grade, h), each)
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            grader.pool.close()  # ends what is being graded, so that the threads come home
            raise
        finally:
            executor.shutdown(wait=True)
            if grader.unkept:
                number, reason = len(grader.unkept), grader.unkept[0]
                warn(f"{number} of the results could not be kept ({reason}): another run grades those again")


def _gather(
    submission: Sequence[Submission],
    submit: Callable[[Submission], "Future[Result]"],
    each: Callable[[Result], None],
    lost: Callable[[Submission, Exception], Result] | None = None,
) -> list[Result]:
    """Grade all; `lost` makes a result where grading raised, but for what is wrong with the course or the machine."""
    futures = {submit(h): i for i, h in enumerate(submission)}
    results: dict[int, Result] = {}
    for future in as_completed(futures):
        at = futures[future]
        try:
            results[at] = future.result()
        except (CourseError, MachineError):
            raise
        except Exception as error:
            if lost is None:
                raise
            results[at] = lost(submission[at], error)
        each(results[at])
    return [results[i] for i in range(len(submission))]


def _lost(course: Course, submission: Submission, error: Exception) -> Result:
    """Leave a submission ungraded whose Dask workers died, a few times each, while they had it: the class goes on."""
    kind = type(error).__name__
    if kind in LOST:
        told = f"the Dask worker that graded it was lost ({kind}); another run grades it again"
    else:
        told = f"the grader itself failed ({kind}: {error}); please report it"
    return Result(
        student=name_of(submission.student),
        assignment=submission.assignment,
        path=text_of(submission.path),
        sha256=None,
        status="ungraded",
        reason=clean(told),
        score=None,
        max_score=course.assignments[submission.assignment].points,
        device=course.device,
        isolation=course.isolation,
        grader=__version__,
    )


def _set_up(order: Job) -> Grader:
    """Read all that judging needs, once; what is edited later is for the next run."""
    wanted = order.course_digest or course_digest(order.root, order.assignments)
    course = load(order.root)
    kept = Store(order.root / FOLDER, order.keep)
    kept.prepare()
    mnist.load(order.root / course.data)  # a server that cannot read them would be the machine's fault
    isolation = walls.detect(course.isolation if order.isolation == "course" else order.isolation)
    pool = Pool(isolation, order.root / course.data, gpu=not course.device.startswith("cpu"))
    oracles = Oracles(order.root, isolation, order.keep)
    try:
        pool.launch(order.jobs)  # they import MXNet while the cases are drawn here
        ready = {n: oracles.answered(suites.prepare(order.root, course, n)) for n in order.assignments}
        with pool.lease() as server:
            hello = server.start()
        device = devices.resolve(course.device, hello, str(order.root / "course.yaml"))
        versions = (hello.python, hello.mxnet, np.__version__)
        digests = {
            n: settings_digest(order.root, course, n, device, isolation.name, versions) for n in order.assignments
        }
        if course_digest(order.root, order.assignments) != wanted:
            raise CourseError(f"{order.root}: {EDITED}")
    except BaseException:
        pool.close()
        oracles.close()
        raise
    return Grader(ready, pool, device, kept, digests, oracles)


@contextmanager
def _cluster(scheduler: str) -> Iterator[Executor]:
    from distributed import Client  # noqa: PLC0415 - slow to import, and seldom wanted

    try:
        client = Client(scheduler, timeout="10s")
    except (OSError, ValueError) as error:
        raise CourseError(f"--scheduler {scheduler}: no Dask scheduler answers there ({error})") from None
    with client:
        yield client.get_executor()


def _remote(order: Job, submission: Submission, cwd: Path) -> Result:
    """Grade one submission on a Dask worker, which sees the course and the submissions at the same paths."""
    found = _grader_here(order, os.getpid()).grade(replace(submission, path=cwd / submission.path))
    return msgspec.structs.replace(found, path=text_of(submission.path))


def _grader_here(order: Job, process: int) -> Grader:
    with _setting_up:  # threads of one worker share a grader
        return _last_grader(order, process)


_setting_up = threading.Lock()


@lru_cache(maxsize=1)  # the servers of the one before end when nobody holds it any more
def _last_grader(order: Job, _process: int) -> Grader:
    return _set_up(order)
