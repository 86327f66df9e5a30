"""A file is written whole or not at all: to a temporary name beside it, flushed to the disk, then renamed.

The writer holds a lock on the temporary file, which ends with the writer however it dies: what nobody holds is swept
away.
"""

import contextlib
import errno
import fcntl
import os
import tempfile
from pathlib import Path

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
