"""seccomp: a filter that the kernel runs before every system call, and that nobody can take off again.

The filter *allows by name*: `worker.confine.system_calls` has judged every call that Linux has, and lets through
the two hundred that computing needs. A list of what is refused would hold as well until the kernel grows a call, and
forgot some that it had: `io_setup`, with which one process takes the asynchronous I/O of the whole machine. The list
of what is allowed is not a recording of one version of MXNet, which another would outgrow: it holds every call that
touches nothing but the process's own memory, threads, signals and descriptors, and files where Landlock looks.

What is refused answers EPERM and the process lives on, so that a refused call is a Python exception that a student
can read; libraries take it for a container's refusal, and do without. ENOSYS (this kernel has no such call), on which
the C library falls back to an older one, is the answer of `clone3`, whose arguments lie in memory where a filter
cannot look, of calls that no kernel has any more, and of every call that is newer than the lists.

Refused are: beginning programs, making sockets, touching other processes, changing modes and owners, what Docker's
and Podman's default profiles withhold, and whatever is counted for the machine or for a user and not for a process:
one submission could take the share of all. What of that kind cannot be told from a call is limited by
`autograder.worker.confine` (locked memory, queued signals) and `autograder.worker.watching` (threads, files).

Source: the kernel's `Documentation/userspace-api/seccomp_filter.rst`.
"""

import ctypes
import errno
import os
import struct
from itertools import chain
from typing import Final

from autograder.worker.confine.system_calls import ALLOWED, BY_ARGUMENT, REFUSED

_AUDIT_ARCH: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# One instruction of a filter: code, jump if true, jump if false, constant.
_Instruction = tuple[int, int, int, int]
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW: Final[_Instruction] = (_RETURN, 0, 0, 0x7FFF0000)
_EPERM: Final[_Instruction] = (_RETURN, 0, 0, 0x00050000 | errno.EPERM)
_ENOSYS: Final[_Instruction] = (_RETURN, 0, 0, 0x00050000 | errno.ENOSYS)

_CLONE_THREAD: Final = 0x00010000
_CLONE_NEW_ANY: Final = 0x7E020000  # every flag for a new namespace
# prctl: get the parent-death signal, dumpability, thread name, seccomp, capabilities, timer slack and
# no_new_privs; set the name of a thread or of a memory area (malloc does). The rest could loosen what holds.
_PRCTL_ALLOWED: Final = (2, 3, 15, 16, 21, 23, 30, 39, 0x53564D41)
# fcntl: copy a descriptor, and get and set its flags; get a lock's, owner's, lease's, pipe's and seals' state. The
# rest have the kernel signal a process of the same user (F_SETOWN), hold up who writes to a file (F_SETLEASE), take
# of what all processes of a user share (F_SETPIPE_SZ, F_NOTIFY), or lock files that all workers read (F_SETLK).
_FCNTL_ALLOWED: Final = (0, 1, 2, 3, 4, 5, 9, 11, 16, 36, 1025, 1027, 1028, 1030, 1032, 1034)
# TIOCSTI, TIOCLINUX: type into the terminal. FIOSETOWN, SIOCSPGRP: F_SETOWN by another name.
_IOCTL_REFUSED: Final = (0x5412, 0x541C, 0x8901, 0x8902)
# Commands of file systems, by type ("f", "X", "v", and btrfs's): they change attributes, quotas, keys and subvolumes
# where Landlock does not look, through a descriptor that may only be read. Not by name: a GPU's driver has hundreds.
_IOCTL_TYPES_REFUSED: Final = (0x66, 0x58, 0x76, 0x94)
# Memory that cannot be swapped out, or comes out of the machine's reserve of huge pages; pages that the kernel is to
# compare with everybody's.
_MAP_LOCKED, _MAP_HUGETLB, _MADV_MERGEABLE = 0x2000, 0x40000, 12


def numbers(machine: str) -> dict[str, int]:
    """Return the number of every call that the filter knows, by name. OSError: an unknown machine."""
    if machine not in ALLOWED:
        raise OSError(errno.ENOSYS, f"no list of system calls for a {machine} machine")
    return ALLOWED[machine] | REFUSED[machine] | BY_ARGUMENT[machine]


def always_refused(machine: str) -> dict[str, int]:
    """Return the calls that answer EPERM whatever their arguments: number by name."""
    return dict(REFUSED[machine])


def install() -> None:
    """Filter the calling thread's system calls for good. OSError when the kernel refuses.

    PR_SET_NO_NEW_PRIVS must be set before. Costs about half a millisecond.
    """
    filter_ = _assemble(os.uname().machine, os.getpid())
    code = ctypes.create_string_buffer(struct.pack("=" + "HBBI" * len(filter_), *chain.from_iterable(filter_)))
    program = struct.pack("@HP", len(filter_), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    set_seccomp, mode_filter = ctypes.c_long(22), ctypes.c_long(2)
    if libc.prctl(set_seccomp, mode_filter, program, ctypes.c_long(0), ctypes.c_long(0)) != 0:
        failure = ctypes.get_errno()
        raise OSError(failure, os.strerror(failure))


def _assemble(machine: str, pid: int) -> list[_Instruction]:
    """Return the filter for a process of this id on this machine. x32's calls, from 2**30, are on no list."""
    known = numbers(machine)
    steps = [_load(4), (_EQUAL, 1, 0, _AUDIT_ARCH[machine]), _EPERM]  # 32-bit calls have other numbers
    steps += [_load(0)]
    for name, body in _rules_by_argument(pid).items():
        steps += [(_EQUAL, 0, len(body), known[name]), *body]
    return [*steps, *_answer(ALLOWED[machine], _ALLOW), *_answer(REFUSED[machine], _EPERM), _ENOSYS]


def _answer(calls: dict[str, int], answer: _Instruction) -> list[_Instruction]:
    """Give one answer to many calls: each jumps to it, over the rest, at most 255 steps; others go on after it."""
    tests = [(_EQUAL, len(calls) - place, 0, number) for place, number in enumerate(calls.values())]
    past_the_answer = (_AT_LEAST, 1, 1, 0)
    return [*tests, past_the_answer, answer]


def _rules_by_argument(pid: int) -> dict[str, list[_Instruction]]:
    """Return the tests for calls that are refused only with some arguments; each ends in an answer."""
    clone = [
        _argument(0),
        (_ANY_BIT, 0, 1, _CLONE_NEW_ANY),
        _EPERM,
        (_ANY_BIT, 0, 1, _CLONE_THREAD),
        _ALLOW,
        _EPERM,
    ]
    # prlimit64 may read (no new limit: a null pointer, both halves of it), never set.
    prlimit = [_argument(2), (_EQUAL, 1, 0, 0), _EPERM, _upper_half(2), (_EQUAL, 0, 1, 0), _ALLOW, _EPERM]
    # abort() and raise() signal the process itself.
    only_itself = _allow_only(0, (pid,))
    return {
        "clone": clone,
        "clone3": [_ENOSYS],
        "kill": only_itself,
        "tgkill": only_itself,
        "prctl": _allow_only(0, _PRCTL_ALLOWED),
        "prlimit64": prlimit,
        "fcntl": _allow_only(1, _FCNTL_ALLOWED),
        "ioctl": [*_refuse_types(_IOCTL_TYPES_REFUSED), *_refuse_only(1, _IOCTL_REFUSED)],
        "mmap": [_argument(3), (_ANY_BIT, 0, 1, _MAP_LOCKED | _MAP_HUGETLB), _EPERM, _ALLOW],
        "madvise": _refuse_only(2, (_MADV_MERGEABLE,)),
    }


def _allow_only(argument: int, values: tuple[int, ...]) -> list[_Instruction]:
    tests = [step for value in values for step in ((_EQUAL, 0, 1, value), _ALLOW)]
    return [_argument(argument), *tests, _EPERM]


def _refuse_only(argument: int, values: tuple[int, ...]) -> list[_Instruction]:
    tests = [step for value in values for step in ((_EQUAL, 0, 1, value), _EPERM)]
    return [_argument(argument), *tests, _ALLOW]


def _refuse_types(types: tuple[int, ...]) -> list[_Instruction]:
    """Refuse ioctl's commands of these types, which are bits 8 to 15: none that it lacks, and all that it has."""
    steps = [_argument(1)]
    for kind in types:
        bits = [1 << bit for bit in range(8) if kind >> bit & 1]
        others = (_ANY_BIT, len(bits) + 1, 0, (0xFF ^ kind) << 8)
        steps += [others, *((_ANY_BIT, 0, len(bits) - i, bit << 8) for i, bit in enumerate(bits)), _EPERM]
    return steps


def _argument(index: int) -> _Instruction:
    """Load an argument's lower half: all that the kernel reads of a pid, a command or clone's flags."""
    return _load(16 + 8 * index)


def _upper_half(index: int) -> _Instruction:
    return _load(20 + 8 * index)


def _load(offset: int) -> _Instruction:
    """Load 32 bits of `struct seccomp_data`: number at 0, architecture at 4, arguments of 64 bits from 16."""
    return (_LOAD, 0, 0, offset)
