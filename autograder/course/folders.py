"""What lies in a student's folder, opened without following a link in it, whatever it becomes between look and use.

The last `inner` components of a path are a student's to make. Those before them are how the instructor gets there, and
may be links (/home, macOS's /tmp). A path is walked from descriptor to descriptor with O_NOFOLLOW: what Linux's
openat2(RESOLVE_NO_SYMLINKS) does, which Python has no call for, on any system.
"""

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_THROUGH = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC  # O_PATH: needs no right to list
_LISTED = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe must not be waited for
# Why a file cannot be written for what it is called, and not for want of space or rights.
_BY_NAME = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EINVAL, errno.ENAMETOOLONG, errno.EILSEQ)
_MAX_DEPTH = 32
_MAX_ENTRIES = 10_000


class NotPlain(Exception):
    """What is there is no plain file: a link, a folder, a pipe, a device. `path` is the component that is it."""

    def __init__(self, mode: int, path: Path) -> None:
        super().__init__(f"{path.name} is {kind(mode)}")
        self.mode, self.path = mode, path


def kind(mode: int) -> str:
    """Say what `st_mode` means."""
    kinds = ((stat.S_ISLNK, "a symbolic link"), (stat.S_ISDIR, "a folder"), (stat.S_ISREG, "a plain file"))
    return next((name for test, name in kinds if test(mode)), "a pipe, a socket or a device")


def open_folder(path: Path, inner: int) -> int:
    """Return a descriptor to list a folder with. Raises `NotPlain` at a link, or OSError."""
    return _walk(path, inner, _LISTED)


def open_file(path: Path, inner: int) -> int:
    """Return a descriptor of a plain file, to read. Raises `NotPlain`, or OSError."""
    handle = _walk(path, inner, _READ)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):  # it has become another thing since it was looked at
        os.close(handle)
        raise NotPlain(mode, path)
    return handle


def _walk(path: Path, inner: int, flags: int) -> int:
    names = path.parts[1:] if path.anchor else path.parts
    own = names[max(len(names) - inner, 0) :] if inner > 0 else ()
    start = Path(*path.parts[: len(path.parts) - len(own)])
    if not own:
        return os.open(start, flags)
    here = os.open(start, _THROUGH)
    try:
        for name in own[:-1]:
            start /= name
            before, here = here, _open(here, start, _THROUGH)
            os.close(before)
        return _open(here, start / own[-1], flags)
    finally:
        os.close(here)


def _open(here: int, path: Path, flags: int) -> int:
    """Open the last component of `path` in the folder `here`, unless it is a link, or neither file nor folder."""
    try:
        mode = os.stat(path.name, dir_fd=here, follow_symlinks=False).st_mode
        wanted = stat.S_ISDIR if flags & os.O_DIRECTORY else stat.S_ISREG
        if not wanted(mode) and not stat.S_ISREG(mode):  # a plain file in place of a folder: ENOTDIR
            raise NotPlain(mode, path)
        return os.open(path.name, flags | os.O_NOFOLLOW, dir_fd=here)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


@dataclass
class Copying:
    """Copies the plain files of one student's folder, each by the descriptor that was looked at.

    skip: whether a file or folder, by its path below the student's, is not wanted.
    left_out: what was wanted and is not copied, with why.
    """

    target: Path
    skip: Callable[[Path], bool]
    max_file: int  # bytes
    max_all: int
    left_out: list[str] = field(default_factory=list)
    _entries: int = 0

    def copy(self, folder: Path, inner: int) -> None:
        """Copy all of `folder`. Raises OSError where `target` cannot be written."""
        try:
            handle = open_folder(folder, inner)
        except (NotPlain, OSError) as error:
            self._leave(Path(folder.name), _why(error))
            return
        try:
            self._folder(handle, Path(), 1)
        finally:
            os.close(handle)

    def _folder(self, handle: int, below: Path, depth: int) -> None:
        for name in sorted(os.listdir(handle)):
            path = below / name
            self._entries += 1
            if self._entries > _MAX_ENTRIES or depth > _MAX_DEPTH:
                self._leave(path, "too many files, or folders too deep")
                return
            if self.skip(path):
                continue
            try:
                entry = self._open(handle, path)
            except (NotPlain, OSError) as error:
                self._leave(path, _why(error))
                continue
            try:
                if stat.S_ISDIR(os.fstat(entry).st_mode):
                    self._folder(entry, path, depth + 1)
                else:
                    self._file(entry, path)
            finally:
                os.close(entry)

    @staticmethod
    def _open(handle: int, path: Path) -> int:
        mode = os.stat(path.name, dir_fd=handle, follow_symlinks=False).st_mode
        return _open(handle, path, _LISTED if stat.S_ISDIR(mode) else _READ)

    def _file(self, handle: int, path: Path) -> None:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            self._leave(path, kind(status.st_mode))
        elif status.st_nlink > 1:
            self._leave(path, "a hard link: the file has another name elsewhere")
        elif status.st_size > min(self.max_file, self.max_all):
            self._leave(path, "too large")
        else:
            self.max_all -= status.st_size
            try:
                self._write(handle, self.target / path, status.st_size)
            except OSError as error:
                if error.errno not in _BY_NAME:
                    raise
                self._leave(path, _why(error))

    @staticmethod
    def _write(handle: int, place: Path, size: int) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        with place.open("xb") as file:
            while size > 0 and (data := os.read(handle, min(size, 1 << 20))):
                size -= file.write(data)
            status = os.fstat(handle)
            os.utime(file.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))

    def _leave(self, path: Path, why: str) -> None:
        self.left_out.append(f"{path} ({why})")


def _why(error: NotPlain | OSError) -> str:
    return kind(error.mode) if isinstance(error, NotPlain) else error.strerror or type(error).__name__
