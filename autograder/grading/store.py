"""Results kept by content: the same submission, checks, settings and grader give the same result without grading.

Every file is written whole or not at all: to a temporary name beside it, flushed to the disk, then renamed. The writer
holds a lock on the temporary file, which ends with the writer however it dies: what nobody holds is swept away.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import tempfile
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
from autograder.result import Result

FOLDER = Path(".autograder") / "results"
_PART = ".part"  # how the name of a temporary file ends
_ATTEMPTS = 5  # to make one, while others remove its folder


def write_atomically(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write `data` to `path`, whole or not at all. Raises OSError; then `path` is what it was.

    A device or a pipe (/dev/null, /dev/stdout) is written to, and never replaced.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            file.write(data)
        return
    path = path.resolve()  # a link goes on leading where it led
    temporary, handle = _begin(path)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            temporary.chmod(mode)
            temporary.replace(path)  # while the lock is held
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise


def sweep(folder: Path) -> None:
    """Remove the temporary files in `folder` whose writer is dead; what is being written stays."""
    for path in folder.glob(f".*{_PART}"):
        with contextlib.suppress(OSError), path.open("rb") as file:  # gone meanwhile, or held by its writer
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def require_writable(folder: Path) -> None:
    """See whether a file can be written in `folder`, or where it would be made. Raises OSError."""
    folder = next(f for f in (folder, *folder.absolute().parents) if f.exists())
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    temporary, handle = _begin(folder / "probe")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(b"\n")
            file.flush()
    finally:
        temporary.unlink(missing_ok=True)


def _begin(path: Path) -> tuple[Path, int]:
    """Make a temporary file beside `path`, locked; return it and its descriptor."""
    for _ in range(_ATTEMPTS):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", suffix=_PART, dir=path.parent)
        except FileNotFoundError:  # somebody has removed the folder in between
            continue
        with contextlib.suppress(OSError):  # a file system without locks: there, nothing is swept either
            fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return Path(name), handle
        os.close(handle)  # swept away before it was locked
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))


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
