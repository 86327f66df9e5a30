"""Results kept by content: the same submission, checks, settings and grader give the same result without grading.

Every file is written whole or not at all: to a temporary name beside it, flushed to the disk, then renamed.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from autograder import __version__, mnist, result
from autograder.course import FILE as COURSE
from autograder.course import Course
from autograder.errors import CourseError
from autograder.result import Result

FOLDER = Path(".autograder") / "results"


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


@dataclass(frozen=True)
class Store:
    """The results of one course. `enabled` False neither reads nor writes."""

    folder: Path
    enabled: bool = True

    def prepare(self) -> None:
        """Make the folder; where nothing can be kept, say so before anything is graded."""
        try:
            if self.enabled:
                self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CourseError(
                f"{self.folder}: cannot be made ({error.strerror}); mend that, or use --no-cache"
            ) from None

    def get(self, key: str) -> Result | None:
        """Return the result kept under `key`; what cannot be read counts as absent, and is graded again."""
        if not self.enabled:
            return None
        try:
            return result.decode((self.folder / f"{key}.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            return None

    def put(self, key: str, found: Result) -> None:
        """Keep a result, unless it is ungraded: what failed by our fault is to be tried again."""
        if self.enabled and found.status != "ungraded":
            write_atomically(self.folder / f"{key}.json", result.encode(found))


def key(base: str, sha256: str, suffix: str) -> str:
    """Return the key of a submission's result; `base` is `settings_digest`, `suffix` says how the file is read."""
    return hashlib.sha256(f"{base}\n{sha256}\n{suffix}".encode()).hexdigest()


def edition(root: Path, assignments: Sequence[str]) -> str:
    """Digest the course's own files: its settings, and the checks of these assignments."""
    digest = hashlib.sha256((root / COURSE).read_bytes())
    for name in assignments:
        for path in sorted((root / "solutions" / name).glob("*.py")):
            digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def settings_digest(root: Path, course: Course, assignment: str, device: str, isolation: str) -> str:
    """Digest all that a result depends on but the submission: grader, course file, checks, data, device, isolation."""
    digest = hashlib.sha256()
    judged_by = msgspec.structs.replace(course, late=None)  # late work is taken off afterwards
    parts = [_grader(), msgspec.json.encode(judged_by), assignment.encode(), device.encode(), isolation.encode()]
    for path in sorted((root / "solutions" / assignment).glob("*.py")):
        parts += [path.name.encode(), path.read_bytes()]
    parts.append((root / course.data / mnist.SUMS).read_bytes())
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


@cache
def _grader() -> bytes:
    """Digest the grader itself: its version and every line of its code."""
    digest = hashlib.sha256(__version__.encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.digest()
