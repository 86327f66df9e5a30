"""Landlock: the kernel refuses every path that was not named beforehand. Linux 5.13 and later.

A ruleset names the kinds of access that it *handles*; those are then refused everywhere but beneath the paths
that it lists. The answer to a refused access is EACCES (EXDEV for a move between directories). Nothing that
is already open is taken away. What Landlock does not look at (metadata such as `stat`, modes, owners and
times) is either harmless or refused by `autograder.worker.confine.seccomp`.

Source: the kernel's `Documentation/userspace-api/landlock.rst` and `include/uapi/linux/landlock.h`.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable, Sequence

_libc = ctypes.CDLL(None, use_errno=True)

# Numbers of the system calls; the same on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1

# Access rights to files, by bit.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_DIR, _MAKE_REG, _MAKE_SYM = (
    1 << 7,
    1 << 8,
    1 << 12,
)  # not handed out: device, socket, fifo (6, 9, 10, 11)
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15

_READ = _READ_FILE | _READ_DIR  # not _EXECUTE: a shared library loads without it, and no program is to start
_WRITE_INTO_FILE = _READ_FILE | _WRITE_FILE | _TRUNCATE | _IOCTL_DEV  # ioctl: a GPU's device file needs it
_WRITE_INTO_DIRECTORY = (
    _READ | _WRITE_FILE | _TRUNCATE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_SYM | _REFER
)
_RIGHTS_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV


def abi() -> int:
    """Return the kernel's Landlock version, 1 or more. OSError: not built in (ENOSYS) or off (EOPNOTSUPP)."""
    return _call(_CREATE_RULESET, None, 0, 1)


def restrict(*, readable: Iterable[str], writable: Iterable[str]) -> None:
    """Allow the calling thread the listed paths, with all that lies beneath them, and no others.

    `readable` may be read; beneath a `writable` directory files may also be made, changed and removed. A path
    that does not exist is left out. On kernels that know how, TCP, abstract sockets and signals to processes
    outside are refused too. OSError when the kernel refuses; PR_SET_NO_NEW_PRIVS must be set before.
    """
    version = abi()
    files = _handled_files(version)
    network = 0b11 if version >= 4 else 0  # bind, connect
    scoped = 0b11 if version >= 6 else 0  # abstract sockets, signals
    # Older kernels accept the longer struct as long as what they don't know is zero.
    ruleset = _call(_CREATE_RULESET, struct.pack("=QQQ", files, network, scoped), 24, 0)
    try:
        for path in readable:
            _allow(ruleset, path, _READ & files, _READ & files)
        for path in writable:
            _allow(ruleset, path, _WRITE_INTO_FILE & files, _WRITE_INTO_DIRECTORY & files)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _handled_files(version: int) -> int:
    """Return every right to files that Landlock of this version knows, so that all of them start refused."""
    bits = 13 + (version >= 2) + (version >= 3) + (version >= 5)
    return (1 << bits) - 1


def _allow(ruleset: int, path: str, if_file: int, if_directory: int) -> None:
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        is_directory = stat.S_ISDIR(os.fstat(beneath).st_mode)
        rights = if_directory if is_directory else if_file & _RIGHTS_OF_A_FILE
        _call(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", rights, beneath), 0)
    finally:
        os.close(beneath)


def _call(number: int, *arguments: int | bytes | None) -> int:
    """Make one system call. Ints are widened: a variadic C call would leave their upper half undefined."""
    widened: Sequence[object] = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = int(_libc.syscall(ctypes.c_long(number), *widened))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
