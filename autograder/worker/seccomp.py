"""seccomp: a filter that the kernel runs before every system call, and that nobody can take off again.

The filter *refuses by name* and lets the rest through, for MXNet, NumPy and the C library need some two
hundred calls, and no one list holds for all their versions. What is refused answers EPERM and the process
lives on, so that a refused call is a Python exception that a student can read. Two answer ENOSYS, "this
kernel has no such call", on which the C library falls back to an older one: `clone3`, whose arguments lie in
memory where a filter cannot look, and every call that is newer than this file.

The list started from what Docker's and Podman's default profiles withhold, and adds what a process in a
container may do and a submission may not: begin programs, make sockets, touch other processes, change modes
and owners.

Source: the kernel's `Documentation/userspace-api/seccomp_filter.rst`; numbers from its `unistd_64.h`
(x86_64) and `asm-generic/unistd.h` (aarch64).
"""

import ctypes
import errno
import os
import struct
from itertools import chain
from typing import Final

# By topic: name, number on x86_64, number on aarch64; "-" where the machine has no such call.
_TABLE: Final = """
programs and sessions:
    fork 57 -, vfork 58 -, execve 59 221, execveat 322 281, setsid 112 157, setpgid 109 154

other processes:
    ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, kcmp 312 272, tkill 200 130,
    process_madvise 440 440, process_mrelease 448 448, rt_sigqueueinfo 129 138,
    rt_tgsigqueueinfo 297 240, pidfd_open 434 434, pidfd_getfd 438 438, pidfd_send_signal 424 424,
    migrate_pages 256 238, move_pages 279 239

limits and scheduling:
    setrlimit 160 164, setpriority 141 140, sched_setaffinity 203 122, ioprio_set 251 30,
    sched_setscheduler 144 119, sched_setparam 142 118, sched_setattr 314 274

sockets; sendmsg could pass descriptors on:
    socket 41 198, socketpair 53 199, connect 42 203, bind 49 200, listen 50 201, accept 43 202,
    accept4 288 242, sendmsg 46 211, sendmmsg 307 269, setsockopt 54 208

memory and queues that outlive a process or escape RLIMIT_AS:
    shmget 29 194, shmat 30 196, shmctl 31 195, shmdt 67 197, semget 64 190, semop 65 193, semctl 66 191,
    semtimedop 220 192, msgget 68 186, msgsnd 69 189, msgrcv 70 188, msgctl 71 187, mq_open 240 180,
    mq_unlink 241 181, memfd_create 319 279, memfd_secret 447 447

identity:
    setuid 105 146, setgid 106 144, setreuid 113 145, setregid 114 143, setgroups 116 159,
    setresuid 117 147, setresgid 119 149, setfsuid 122 151, setfsgid 123 152, capset 126 91,
    seccomp 317 277, lsm_set_self_attr 460 460, personality 135 92

files, where Landlock does not look:
    chmod 90 -, fchmod 91 52, fchmodat 268 53, fchmodat2 452 452, chown 92 -, lchown 94 -, fchown 93 55,
    fchownat 260 54, setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7, removexattr 197 14,
    lremovexattr 198 15, fremovexattr 199 16, utime 132 -, utimes 235 -, futimesat 261 -,
    utimensat 280 88, truncate 76 45, mknod 133 -, mknodat 259 33, name_to_handle_at 303 264,
    open_by_handle_at 304 265, inotify_init 253 -, inotify_init1 294 26, inotify_add_watch 254 27,
    fanotify_init 300 262, fanotify_mark 301 263

mounts and namespaces:
    mount 165 40, umount2 166 39, pivot_root 155 41, chroot 161 51, setns 308 268, unshare 272 97,
    open_tree 428 428, move_mount 429 429, fsopen 430 430, fsconfig 431 431, fsmount 432 432,
    fspick 433 433, mount_setattr 442 442, statmount 457 457, listmount 458 458

parts of the kernel with a history of holes:
    bpf 321 280, perf_event_open 298 241, keyctl 250 219, add_key 248 217, request_key 249 218,
    userfaultfd 323 282, io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427,
    modify_ldt 154 -, iopl 172 -, ioperm 173 -, uselib 134 -

the whole machine:
    reboot 169 142, kexec_load 246 104, kexec_file_load 320 294, init_module 175 105,
    finit_module 313 273, delete_module 176 106, swapon 167 224, swapoff 168 225, quotactl 179 60,
    quotactl_fd 443 443, acct 163 89, syslog 103 116, vhangup 153 58, sethostname 170 161,
    setdomainname 171 162, settimeofday 164 170, clock_settime 227 112, clock_adjtime 305 266,
    adjtimex 159 171, nfsservctl 180 42, lookup_dcookie 212 18

by argument, see `_rules_by_argument`:
    clone 56 220, clone3 435 435, kill 62 129, tgkill 234 131, prctl 157 167, prlimit64 302 261,
    fcntl 72 25, ioctl 16 29
"""
_BY_ARGUMENT: Final = frozenset({"clone", "clone3", "kill", "tgkill", "prctl", "prlimit64", "fcntl", "ioctl"})
_FIRST_UNKNOWN: Final = 463  # the first call that this file has not judged; also bars x32, which begins at 2**30

_AUDIT_ARCH: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_COLUMN: Final = {"x86_64": 1, "aarch64": 2}

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
# F_SETOWN, F_SETSIG, F_SETOWN_EX: have the kernel send any signal to any process of the same user.
# F_SETLEASE: hold up whoever writes to a file of the same user.
_FCNTL_REFUSED: Final = (8, 10, 15, 1024)
# TIOCSTI, TIOCLINUX: type into the terminal. FIOSETOWN, SIOCSPGRP: F_SETOWN by another name.
_IOCTL_REFUSED: Final = (0x5412, 0x541C, 0x8901, 0x8902)


def _read_table(column: int) -> dict[str, int]:
    found = {}
    for topic in _TABLE.strip().split("\n\n"):
        for row in topic.partition(":\n")[2].split(","):
            fields = row.split()
            if fields[column] != "-":
                found[fields[0]] = int(fields[column])
    return found


# Read when the server starts, not in every child.
_NUMBERS: Final = {machine: _read_table(column) for machine, column in _COLUMN.items()}


def numbers(machine: str) -> dict[str, int]:
    """Return the number of every call that the filter knows, by name. OSError: an unknown machine."""
    if machine not in _NUMBERS:
        raise OSError(errno.ENOSYS, f"no list of system calls for a {machine} machine")
    return dict(_NUMBERS[machine])


def always_refused(machine: str) -> dict[str, int]:
    """Return the calls that answer EPERM whatever their arguments: number by name."""
    return {name: number for name, number in numbers(machine).items() if name not in _BY_ARGUMENT}


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
    """Return the filter for a process of this id on this machine."""
    known = numbers(machine)
    steps = [_load(4), (_EQUAL, 1, 0, _AUDIT_ARCH[machine]), _EPERM]  # 32-bit calls have other numbers
    steps += [_load(0), (_AT_LEAST, 0, 1, _FIRST_UNKNOWN), _ENOSYS]
    for name, body in _rules_by_argument(pid).items():
        steps += [(_EQUAL, 0, len(body), known[name]), *body]
    refused = always_refused(machine).values()
    # Each jumps over the rest and over _ALLOW: half the steps of one answer apiece. A jump reaches 255 steps.
    steps += [(_EQUAL, len(refused) - place, 0, number) for place, number in enumerate(refused)]
    return [*steps, _ALLOW, _EPERM]


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
        "fcntl": _refuse_only(1, _FCNTL_REFUSED),
        "ioctl": _refuse_only(1, _IOCTL_REFUSED),
    }


def _allow_only(argument: int, values: tuple[int, ...]) -> list[_Instruction]:
    tests = [step for value in values for step in ((_EQUAL, 0, 1, value), _ALLOW)]
    return [_argument(argument), *tests, _EPERM]


def _refuse_only(argument: int, values: tuple[int, ...]) -> list[_Instruction]:
    tests = [step for value in values for step in ((_EQUAL, 0, 1, value), _EPERM)]
    return [_argument(argument), *tests, _ALLOW]


def _argument(index: int) -> _Instruction:
    """Load an argument's lower half: all that the kernel reads of a pid, a command or clone's flags."""
    return _load(16 + 8 * index)


def _upper_half(index: int) -> _Instruction:
    return _load(20 + 8 * index)


def _load(offset: int) -> _Instruction:
    """Load 32 bits of `struct seccomp_data`: number at 0, architecture at 4, arguments of 64 bits from 16."""
    return (_LOAD, 0, 0, offset)
