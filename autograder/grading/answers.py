"""What the solutions answered, kept by content: a course that has not changed starts no oracle."""

import contextlib
import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from autograder import __version__
from autograder.checks.suite import Suite, files_of
from autograder.course.notebook import Notebook
from autograder.files import write_atomically
from autograder.judging import oracle
from autograder.judging.oracle import Oracle
from autograder.sandbox.server import WorkerServer
from autograder.sandbox.session import Clock, Session
from autograder.sandbox.walls import Isolation

DEVICE = "cpu(0)"  # what is right does not depend on where it is computed
FOLDER = Path(".autograder") / "answers"


@dataclass
class Oracles:
    """The oracles of a run: suites are answered by them, and what they said is kept when they are closed."""

    root: Path
    isolation: Isolation
    keep: bool = True
    _open: list[tuple[Path, Oracle]] = field(default_factory=list)
    _sessions: dict[str, Session] = field(default_factory=dict)

    def answered(self, suite: Suite) -> Suite:
        """Return the suite with all that the solution gives. Raises `CourseError` and `MachineError`.

        One that holds no program asks nothing of the solution, which need not be there.
        """
        if not any(oracle.is_program(case) for item in suite.items for case in item.cases):
            return suite
        folder = self.root / "solutions" / suite.name
        path = self.root / FOLDER / f"{suite.name}-{_digest(suite, folder)}.msgpack"
        memo = _load(path) if self.keep else {}
        solved, asked = oracle.answered(suite, folder, partial(self._session, suite), memo)
        self._open.append((path, asked))
        return solved

    def close(self) -> None:
        """End the oracles, and keep what they said. A disk that is full costs the time to ask again."""
        while self._open:
            path, asked = self._open.pop()
            if self.keep and asked.asked:
                with contextlib.suppress(OSError):
                    _save(path, asked.memo)

        while self._sessions:
            _name, session = self._sessions.popitem()
            session.close()
            session.server.close()

    def _session(self, suite: Suite, solution: Notebook) -> Session:
        """Return a session that holds the solution: one for all suites of an assignment, whatever their seeds."""
        name = f"{suite.name} {solution.sha256}"
        if name not in self._sessions:
            server = WorkerServer(self.isolation, None)
            server.launch()
            limits, clock = suite.course.limits, Clock(math.inf)
            self._sessions[name] = Session(server, solution.cells, suite.functions, DEVICE, limits, clock)
        return self._sessions[name]


@contextlib.contextmanager
def oracles(root: Path, isolation: Isolation, *, keep: bool = True) -> Iterator[Oracles]:
    """Answer suites inside; end the oracles afterwards."""
    made = Oracles(root, isolation, keep)
    try:
        yield made
    finally:
        made.close()


def _digest(suite: Suite, folder: Path) -> str:
    """Digest what the answers depend on: seed, versions, and all files of the solution."""
    digest = hashlib.sha256(f"{__version__} {np.__version__} {suite.course.seed}".encode())
    for path in files_of(folder):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _load(path: Path) -> dict[bytes, bytes]:
    """Read kept answers; what cannot be read counts as absent."""
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=dict[bytes, bytes])
    except (OSError, msgspec.MsgspecError):
        return {}


def _save(path: Path, memo: dict[bytes, bytes]) -> None:
    """Keep answers in the place of those that an older edition of the course had."""
    write_atomically(path, msgspec.msgpack.encode(memo))
    for old in path.parent.glob(f"{path.name.rpartition('-')[0]}-*.msgpack"):
        if old != path:
            old.unlink(missing_ok=True)
