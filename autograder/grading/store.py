"""Results kept by content: the same submission, checks, settings and grader give the same result without grading."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

import mxnet_compat
from autograder import __version__, result
from autograder.checks.suite import files_of
from autograder.course import mnist
from autograder.course.settings import FILE as COURSE
from autograder.course.settings import Course
from autograder.errors import CourseError
from autograder.files import require_writable, sweep, write_atomically
from autograder.result import Result

FOLDER = Path(".autograder") / "results"


@dataclass(frozen=True)
class Store:
    """The results of one course. `enabled` False neither reads nor writes."""

    folder: Path
    enabled: bool = True

    def prepare(self) -> None:
        """Make the folder; where nothing can be kept, say so before anything is graded. Sweep up after dead runs."""
        try:
            if self.enabled:
                self.folder.mkdir(parents=True, exist_ok=True)
                require_writable(self.folder)
                sweep(self.folder)
        except OSError as error:
            raise CourseError(
                f"{self.folder}: nothing can be kept there ({error.strerror}); fix that, or use --no-cache"
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


def course_digest(root: Path, assignments: Sequence[str]) -> str:
    """Digest the course's own files: its settings, and the checks of these assignments. Raises `CourseError`."""
    try:
        digest = hashlib.sha256((root / COURSE).read_bytes())
        for name in assignments:
            for path in files_of(root / "solutions" / name):
                digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    except OSError as error:
        raise CourseError(f"{error.filename}: cannot be read ({error.strerror})") from None
    return digest.hexdigest()


def settings_digest(
    root: Path, course: Course, assignment: str, device: str, isolation: str, versions: Sequence[str] = ()
) -> str:
    """Digest all that a result depends on but the submission.

    That is the grader, the course file, checks, data, device, isolation, and the versions of what computes.
    """
    digest = hashlib.sha256()
    judged_by = msgspec.structs.replace(course, late=None)  # late work is taken off afterwards
    parts = [_grader(), msgspec.json.encode(judged_by), assignment.encode(), device.encode(), isolation.encode()]
    parts += [version.encode() for version in versions]
    folder = root / "solutions" / assignment
    for path in files_of(folder):
        parts += [path.relative_to(folder).as_posix().encode(), path.read_bytes()]
    try:
        parts.append((root / course.data / mnist.SUMS).read_bytes())
    except OSError as error:
        raise CourseError(f"{error.filename}: cannot be read ({error.strerror}); it holds the data's SHA-256") from None
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


@cache
def _grader() -> bytes:
    """Digest the grader itself: its version and every line of its code."""
    digest = hashlib.sha256(__version__.encode())
    package = Path(__file__).parents[1]
    files = [(path.relative_to(package), path) for path in sorted(package.rglob("*.py"))]
    for name, path in [*files, (Path("mxnet_compat.py"), Path(mxnet_compat.__file__))]:
        digest.update(str(name).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.digest()
