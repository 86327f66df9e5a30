"""Grade one submission from file to `Result`, with a worker server from a pool."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from autograder import __version__
from autograder.checks.suite import Suite
from autograder.course.notebook import InvalidSubmission, Notebook, read_submission
from autograder.course.notes import noted
from autograder.course.submissions import Submission
from autograder.errors import CourseError, MachineError
from autograder.grading import store
from autograder.grading.answers import Oracles
from autograder.grading.store import Store
from autograder.judging.judge import Judgement, judge
from autograder.result import NoteKind, Result, clean, name_of
from autograder.sandbox.server import WorkerServer
from autograder.sandbox.walls import Isolation

TRIES = 2  # a server that fails is replaced once before a submission stays ungraded; a judgement, see `_judged`


@dataclass
class Pool:
    """Worker servers: taken by whoever grades, given back when done, started when none is idle."""

    isolation: Isolation
    data: Path
    gpu: bool = False
    _idle: list[WorkerServer] = field(default_factory=list)
    _all: list[WorkerServer] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: bool = False

    def launch(self, count: int) -> None:
        """Start `count` servers without waiting until they are up."""
        for _ in range(count):
            server = self._new()
            server.launch()
            with self._lock:
                self._idle.append(server)

    @contextmanager
    def lease(self) -> Iterator[WorkerServer]:
        """Lend a server."""
        with self._lock:
            server = self._idle.pop() if self._idle else None
        server = server or self._new()
        try:
            yield server
        finally:
            with self._lock:
                self._idle.append(server)

    def close(self) -> None:
        """Stop every server at once; whoever still uses one gets a `MachineError`."""
        with self._lock:
            self._closed = True
            servers = list(self._all)
        for server in servers:
            server.retire()

    def _new(self) -> WorkerServer:
        with self._lock:
            if self._closed:
                raise MachineError("grading was stopped")
            server = WorkerServer(self.isolation, self.data, self.gpu)
            self._all.append(server)
        return server


@dataclass(frozen=True)
class Grader:
    """What grading any submission of a course needs."""

    suites: dict[str, Suite]
    pool: Pool
    device: str
    store: Store
    digests: dict[str, str]  # per assignment, see `store.settings_digest`
    oracles: Oracles | None = None
    unkept: list[str] = field(default_factory=list)  # why results could not be kept, one reason each

    def close(self) -> None:
        """Stop the servers, and keep what the oracles said."""
        self.pool.close()
        if self.oracles is not None:
            self.oracles.close()

    def grade(self, submission: Submission) -> Result:
        """Grade one submission; never raises: a fault of the grader's own leaves it ungraded, and the class goes on."""
        try:
            return noted(self._grade(submission), NoteKind.CHOICE, *([submission.note] if submission.note else []))
        except CourseError as error:  # what only this submission brought to light: the class goes on
            return self._result(submission, None, status="ungraded", reason=str(error))
        except Exception as error:  # noqa: BLE001 - see above
            reason = f"the grader itself failed ({type(error).__name__}: {error}); please report it"
            return self._result(submission, None, status="ungraded", reason=reason)

    def _grade(self, submission: Submission) -> Result:
        suite = self.suites[submission.assignment]
        if submission.problem is not None:
            return self._result(submission, None, status="invalid", reason=submission.problem)
        if submission.fault is not None:
            return self._result(submission, None, status="ungraded", reason=submission.fault)
        try:
            max_bytes = suite.course.limits.notebook_mb << 20
            notebook = read_submission(submission.path, max_bytes=max_bytes, inner=submission.inner)
        except InvalidSubmission as error:
            return self._result(submission, None, status="invalid", reason=str(error))
        except MachineError as error:
            return self._result(submission, None, status="ungraded", reason=str(error))
        key = store.key(self.digests[submission.assignment], notebook.sha256, submission.path.suffix)
        kept = self.store.get(key)
        if kept is not None:
            return msgspec.structs.replace(kept, student=name_of(submission.student), path=text_of(submission.path))
        try:
            judgement = self._judged(suite, notebook)
        except MachineError as error:
            return self._result(submission, notebook.sha256, status="ungraded", reason=str(error))
        result = noted(
            self._result(submission, notebook.sha256, judgement=judgement), NoteKind.READING, *notebook.notes
        )
        try:
            if not judgement.harmed:
                self.store.put(key, result)
        except OSError as error:  # a full disk costs the time to grade it again, not the result
            self.unkept.append(error.strerror or type(error).__name__)
        return result

    def _judged(self, suite: Suite, notebook: Notebook) -> Judgement:
        """Judge, and once more where a server failed, or where a process was struck down: by whom, nobody can tell.
        So too where time ran out while the judge itself was held up.

        The system kills when memory runs short, an administrator at any time, and a submission can kill itself: what
        is struck down each time has done so. Raises `MachineError`.
        """
        harms = faults = 0
        while True:
            try:
                with self.pool.lease() as server:
                    before = server.outside_kills
                    judgement = judge(suite, notebook.cells, server, self.device)
                    harmed = server.outside_kills > before or judgement.harmed
                    harms += harmed
                    if not harmed or harms == TRIES:
                        return judgement
            except MachineError:
                faults += 1
                if faults == TRIES:
                    raise

    def _result(
        self,
        submission: Submission,
        sha256: str | None,
        *,
        judgement: Judgement | None = None,
        status: str = "graded",
        reason: str | None = None,
    ) -> Result:
        found = judgement or Judgement()
        score = None if status == "ungraded" else round(sum(e.score for e in found.exercises), 6)
        return Result(
            student=name_of(submission.student),
            assignment=submission.assignment,
            path=text_of(submission.path),
            sha256=sha256,
            status=status,  # type: ignore[arg-type]
            reason=None if reason is None else clean(reason),
            score=score,
            max_score=self.suites[submission.assignment].assignment.points,
            device=self.device,
            isolation=self.pool.isolation.name,
            grader=__version__,
            exercises=tuple(found.exercises),
            notes=tuple(found.notes),
            training=found.training,
            seconds=found.seconds,
        )


def text_of(path: Path) -> str:
    """Return a path as text that UTF-8 holds: the names of files may be any bytes."""
    return os.fsencode(path).decode(errors="replace")
