"""Confine the process that is about to run a submission, so that it can compute and do nothing else.

Theory of operation
===================

The worker server imports MXNet, loads the data, and forks one child per submission. The child calls `confine`
and then runs the student's code. From there on there is no way back: every step below only takes away, and
the kernel lets no process, root or not, return what it gave up. The child needs no help from the server and
none from the judge. If a required step fails, `ConfinementError` is raised and no student code may run.

In this order, for each later step relies on the earlier:

1.  **Threads.** Landlock and seccomp bind the thread that asks. A second thread would stay free, so a process
    that has one is refused.
2.  **Descriptors.** All but 0, 1, 2 and `keep_fds` are closed: what is open stays usable whatever
    Landlock says. Let 0, 1 and 2 lead to /dev/null, or to what belongs to this one submission: a pipe that is
    shared can be opened again for reading through /proc/self/fd, by one submission after another.
3.  **no_new_privs**: no set-user-ID program ever gives anything back.
4.  **Landlock** (layer "landlock"): files. See `autograder.worker.confine.landlock`.
5.  **Capabilities**: bounding, ambient, effective, permitted and inheritable sets are emptied. Root is
    then an ordinary user who happens to own most files.
6.  **Death and dumps**: the process dies (SIGKILL) with the thread that forked it, and nobody of the same
    user can trace it or read its memory through /proc. Where the machine runs out of memory, it is the first
    that the kernel ends: not the judge, nor the server.
7.  **Limits** (layer "rlimits"), hard as well as soft.
8.  **seccomp** (layer "seccomp"): system calls. Last, for it refuses most of what the steps above call. See
    `autograder.worker.confine.seccomp`.

What a submission meets
-----------------------

=============================================  ======================================================
It tries to                                    and gets
=============================================  ======================================================
open, list, make or remove what is not listed  EACCES; a move between directories EXDEV
write where the mount is read-only             EROFS (under bubblewrap)
fork, start a program                          EPERM (`os.fork`, `subprocess`, `multiprocessing`)
start a thread                                 a thread; with more than 512, its server ends it
make a socket, connect, pass a descriptor      EPERM; the sockets it was given still read and write
signal, trace or read another process          EPERM; it may signal itself, so `abort()` works
set a limit, change user, mode, owner, times   EPERM; reading limits works
mount, load a module, and so on                EPERM
start asynchronous I/O, use io_uring or keys   EPERM
watch files (inotify, fanotify), lock them     EPERM; it may read whether one is locked
make a queue, semaphore or shared memory       EPERM (System V, POSIX, memfd); Landlock closes /dev/shm
lock memory, use huge pages                    EPERM, by call or by a flag of mmap
make a pipe larger, splice                     EPERM; pipes of the usual size work, within `open_files`
make a POSIX timer                             EPERM; `setitimer` and timerfd work
queue more than 64 real-time signals           EAGAIN
write all that the machine has cached (sync)   EPERM; `fsync` works
change attributes of files by ioctl            EPERM
any other call that no list allows             EPERM if Linux 6.18 has it, else ENOSYS
allocate more than `memory_mb` of addresses    ENOMEM: `MemoryError`, or a C++ `bad_alloc` that aborts
compute longer than `cpu_seconds`              SIGXCPU, and SIGKILL one second later if it catches that
write a file longer than `file_mb`             EFBIG (Python ignores SIGXFSZ)
open more than `open_files`                    EMFILE
make more than 20,000 files                    SIGSTOP: it is left to its deadline
=============================================  ======================================================

What it does not do
-------------------

RLIMIT_AS bounds addresses, not pages, so it does not suit CUDA, which reserves far more than it uses: give
such a worker a large `memory_mb` and bound it from outside. RLIMIT_NPROC does not bind root, and no limit
counts files: the server counts both, see `autograder.worker.watching`. Landlock hides content and names, yet
`stat` of a known path still tells that it exists; only bubblewrap's mounts hide that.
"""

import contextlib
import ctypes
import os
import resource
import signal
import struct
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from autograder.worker.confine import landlock, seccomp

LAYERS = ("landlock", "seccomp", "rlimits")

_libc = ctypes.CDLL(None, use_errno=True)
_MEBIBYTE = 1 << 20

_PR_SET_PDEATHSIG, _PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 1, 3, 4
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_CAPABILITY_VERSION_3 = 0x20080522


class ConfinementError(Exception):
    """A step that is required could not be taken: no student code may run in this process."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use; a value above the process's own hard limit means that hard limit.

    memory_mb is address space (RLIMIT_AS; a server with MXNet starts at some 460 MB), cpu_seconds is
    processor time of all threads (RLIMIT_CPU; it stands behind the judge's wall-clock deadlines), file_mb
    the length of one file (RLIMIT_FSIZE), open_files the number of descriptors (RLIMIT_NOFILE).
    """

    memory_mb: int
    cpu_seconds: int
    file_mb: int
    open_files: int


def confine(
    limits: Limits,
    *,
    readable: Sequence[str],
    writable: Sequence[str],
    keep_fds: Collection[int],
    layers: Collection[str],
) -> tuple[str, ...]:
    """Confine the calling process for good; return the layers that now hold, strongest first.

    Call it in a freshly forked child that has one thread. `readable` and `writable` are files or directories
    (with all beneath); those that do not exist are left out. A device file belongs in `writable`, /dev/null
    too. `layers` are those of "landlock", "seccomp" and "rlimits" that are required: no others are applied.
    Raises ConfinementError when one of them, or a step that always applies, cannot be had. Takes some 2 ms.
    """
    unknown = sorted(set(layers) - set(LAYERS))
    if unknown:
        raise ConfinementError(f"no such layer of confinement: {', '.join(unknown)}")
    with _step("a look at its own threads"):
        _require_one_thread()
    with _step("closing descriptors"):
        _close_all_but({0, 1, 2, *keep_fds})
    _die_first_without_memory()  # before Landlock closes /proc
    with _step("no_new_privs"):
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" in layers:
        with _step("Landlock"):
            landlock.restrict(readable=readable, writable=writable)
    with _step("giving up capabilities"):
        _drop_capabilities()
    with _step("dying with the server"):
        _die_with_parent_undumped()
    if "rlimits" in layers:
        with _step("resource limits"):
            _limit(limits)
    if "seccomp" in layers:
        with _step("seccomp"):
            seccomp.install()
    return tuple(layer for layer in LAYERS if layer in layers)


@contextlib.contextmanager
def _step(name: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise ConfinementError(f"{name} failed: {error}") from error


def _require_one_thread() -> None:
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - pathlib is too slow to load in every child
    if threads != 1:
        raise ConfinementError(f"the process has {threads} threads; those but one would stay unconfined")


def _close_all_but(kept: Collection[int]) -> None:
    for descriptor in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208 - as above
        if descriptor not in kept:
            with contextlib.suppress(OSError):  # the listing's own descriptor is closed by now
                os.close(descriptor)


def _drop_capabilities() -> None:
    """Empty every capability set. Without CAP_SETPCAP the bounding set stays: it matters to exec alone."""
    for capability in range(64):
        try:
            _prctl(_PR_CAPBSET_DROP, capability)
        except OSError:
            break  # EINVAL: past the last capability; EPERM: not privileged to begin with
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header, nothing = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), bytes(24)
    if _libc.capset(header, nothing) != 0:
        raise _last_error()


def _die_with_parent_undumped() -> None:
    """Set what a change of credentials would reset, so after the last of them, and read it back."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _prctl(_PR_SET_DUMPABLE, 0)
    if _prctl(_PR_GET_DUMPABLE) != 0:
        raise ConfinementError("the process can still be traced and dumped")


def _die_first_without_memory() -> None:
    """Have the kernel end this process before any other where memory is short. A help, not a wall."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123 - as above
        file.write("1000")


def _limit(limits: Limits) -> None:
    """Set the limits, hard as well as soft. One is never raised: not everybody may, and nobody should."""
    wanted = {
        resource.RLIMIT_AS: limits.memory_mb * _MEBIBYTE,
        resource.RLIMIT_FSIZE: limits.file_mb * _MEBIBYTE,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_STACK: 8 * _MEBIBYTE,  # also the size of a new thread's stack, out of memory_mb
        resource.RLIMIT_NPROC: 4096,  # counts all that the user runs: generous, lest a busy desktop hits it
        # What the machine or the user has once for all processes: none of it is needed.
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NICE: 0,
        resource.RLIMIT_RTPRIO: 0,
        resource.RLIMIT_SIGPENDING: 64,  # queued signals of the user; ordinary ones don't count
    }
    for what, most in wanted.items():
        _set_limit(what, most, most)
    # The soft limit sends SIGXCPU, which tells the server why the child died; the hard one cannot be caught.
    _set_limit(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1)


def _set_limit(what: int, soft: int, hard: int) -> None:
    already = resource.getrlimit(what)[1]
    if already != resource.RLIM_INFINITY:
        soft, hard = min(soft, already), min(hard, already)
    resource.setrlimit(what, (soft, hard))


def _prctl(option: int, first: int = 0) -> int:
    zero = ctypes.c_ulong(0)
    result = int(_libc.prctl(option, ctypes.c_ulong(first), zero, zero, zero))
    if result < 0:
        raise _last_error()
    return result


def _last_error() -> OSError:
    code = ctypes.get_errno()
    return OSError(code, os.strerror(code))
