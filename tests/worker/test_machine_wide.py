"""What a machine or a user has once for all processes: a confined child gets none of it; controls do.

Attacks and controls run as in `test_confine`.
"""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder import wire
from autograder.course.settings import Course
from autograder.sandbox import walls as sandbox
from autograder.sandbox.server import Answer, Child, NoAnswer, WorkerServer
from autograder.worker import watching
from autograder.worker.confine import seccomp, system_calls
from tests.worker.confine.test_confine import NO_WALL, answer, judge, level

__all__ = ["level"]
BOTH = pytest.mark.parametrize("machine", ["x86_64", "aarch64"])

# Each takes of what is counted for a machine or a user. `at` is the address of 4096 zeroed bytes, `file` a library's.
SHARED = {
    "asynchronous I/O": "call(calls['io_setup'], 60000, at)",
    "io_uring": "call(calls['io_uring_setup'], 8, at)",
    "a keyring": "call(calls['keyctl'], 1, 0)",
    "an inotify instance": "call(calls['inotify_init1'], 0)",
    "a directory watch": "fcntl.fcntl(os.open('/usr', os.O_RDONLY), fcntl.F_NOTIFY, fcntl.DN_MODIFY)",
    "a larger pipe": "fcntl.fcntl(os.pipe()[1], 1031, 1 << 20)",
    "locked memory": "call(calls['mlock'], at, 4096)",
    "memory locked later": "call(calls['mlockall'], 2)",
    "memory mapped locked": "len(mmap.mmap(-1, 4096, flags=0x2022))",
    "pages shared by content": "mmap.mmap(-1, 4096).madvise(12)",
    "a POSIX timer": "call(calls['timer_create'], 1, 0, at)",
    "a message queue": "call(calls['mq_open'], ctypes.addressof(name), os.O_RDWR | os.O_CREAT, 0o600, 0)",
    "System V memory": "(lambda key: key if key == 'EPERM' else call(calls['shmctl'], key, 0, 0))"
    "(call(calls['shmget'], 0, 4096, 0o1600))",
    "nameless memory": "os.memfd_create('x')",
    "a lock on a file": "fcntl.flock(file, fcntl.LOCK_SH)",
    "a lock on a byte": "fcntl.lockf(file, fcntl.LOCK_SH, 1)",
    "all disks": "call(calls['sync'])",
    "one disk": "call(calls['syncfs'], file)",
}
TAKE = """
buffer, name = ctypes.create_string_buffer(4096), ctypes.create_string_buffer(b"autograder-test")
at, file = ctypes.addressof(buffer), os.open(os.__file__, os.O_RDONLY)
answer = {source}
libc.mq_unlink(b"/autograder-test")
"""
# What this kernel may be built without, and then says so.
LACKING = {"pages shared by content": "EINVAL", "io_uring": "EPERM", "a message queue": "ENOSYS", "a keyring": "ENOSYS"}


@pytest.mark.parametrize("what", SHARED)
def test_takes_nothing_that_is_shared(level: sandbox.Isolation, what: str) -> None:
    """Each is refused as a right that one lacks, and given to a process that is not confined."""
    body = TAKE.format(source=SHARED[what])
    assert answer(body, level) == "EPERM"
    given = answer(body, NO_WALL)
    assert given is None or isinstance(given, int) or given == LACKING.get(what)


def test_takes_no_huge_pages(level: sandbox.Isolation) -> None:
    """The machine's reserve of huge pages is out of reach: a lack of pages would be ENOMEM."""
    assert answer("answer = mmap.mmap(-1, 2 << 20, flags=0x40022) and 0", level) == "EPERM"


def test_queues_few_signals(level: sandbox.Isolation) -> None:
    """Queued signals are counted for the user: the kernel keeps 64 for it, and ordinary signals go on coming."""
    body = """
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMAX, signal.SIGUSR1])
queued = 0
while queued < 1000 and call(calls["tgkill"], os.getpid(), os.getpid(), signal.SIGRTMAX) == 0:
    queued += 1
os.kill(os.getpid(), signal.SIGUSR1)
answer = [queued, signal.sigtimedwait([signal.SIGUSR1], 1).si_signo == signal.SIGUSR1]
"""
    queued, others = answer(body, level)
    assert queued <= 64
    assert others is True
    assert answer(body, NO_WALL)[0] == 1000


def test_limits_of_what_is_shared_are_none(level: sandbox.Isolation) -> None:
    """Behind the filter, the kernel's own limits say the same."""
    names = ("MEMLOCK", "MSGQUEUE", "NICE", "RTPRIO", "CORE")
    body = f"answer = [resource.getrlimit(getattr(resource, 'RLIMIT_' + n)) for n in {names}]"
    assert answer(body, level) == [[0, 0]] * len(names)


@pytest.mark.parametrize("command", ["0x40086602", "0x401c5820", "0x40087602", "0x40806685", "0x5000940e"])
def test_cannot_change_attributes_by_ioctl(level: sandbox.Isolation, command: str) -> None:
    """Flags, project, version, verity and subvolumes of what may only be read: not even where one owns it."""
    body = f"answer = fcntl.ioctl(os.open(os.__file__, os.O_RDONLY), {command}, bytes(8192)[:1000])"
    assert answer(body, level) == "EPERM"


def test_what_computing_needs_still_works(level: sandbox.Isolation) -> None:
    """Pipes of the usual size, polling, interval timers, terminals, sleeping, random numbers, its own files."""
    body = """
import select
reading, writing = os.pipe()
os.write(writing, b"x")
poll = select.epoll(); poll.register(reading)
signal.setitimer(signal.ITIMER_REAL, 50); time.sleep(0.001)
with open(f"{work}/a", "w") as file:
    file.write("a"); file.flush(); os.fsync(file.fileno())
os.set_inheritable(reading, False)
answer = [len(poll.poll(1)), os.read(reading, 1) == b"x", os.isatty(0), len(os.urandom(8)), os.cpu_count() > 0]
os.unlink(f"{work}/a")
"""
    assert answer(body, level) == [1, True, False, 8, True]


# --- the lists ------------------------------------------------------------------------------------------------

# Numbers that no kernel answers any more, or that belong to another architecture.
WITHOUT_A_CALL = {
    "x86_64": {156, 174, 177, 178, 180, 181, 182, 183, 184, 185, 205, 211, 214, 215, 236, *range(335, 424)},
    "aarch64": {*range(244, 260), *range(295, 424)},
}


@BOTH
def test_every_call_is_judged(machine: str) -> None:
    """No call of Linux 6.10 is left out, and none is judged twice."""
    lists = [getattr(system_calls, name)[machine] for name in ("ALLOWED", "REFUSED", "BY_ARGUMENT")]
    judged = [number for calls in lists for number in calls.values()]
    assert len(judged) == len(set(judged))
    assert set(range(463)) - set(judged) - WITHOUT_A_CALL[machine] == set()
    assert len(seccomp.numbers(machine)) == len(judged)


@BOTH
def test_arguments_decide_alike(machine: str) -> None:
    """fcntl, ioctl, mmap and madvise, on the machine that we are not on too."""
    assert [judge(machine, "fcntl", 3, c) for c in (1, 3, 1030)] == ["allow"] * 3
    assert {judge(machine, "fcntl", 3, c) for c in (6, 7, 8, 10, 37, 1024, 1026, 1031)} == {"EPERM"}
    refused = {kind << 8 | number for kind in (0x66, 0x58, 0x76, 0x94) for number in (1, 20)}
    assert {judge(machine, "ioctl", 3, 0x40080000 | c) for c in refused} == {"EPERM"}
    graphics = {0xC0204600 | n for n in (0x2A, 0x2B)} | {0x30000001, 25, 0x5421, 0x5451, 0x541B}
    assert {judge(machine, "ioctl", 3, c) for c in graphics} == {"allow"}
    assert [judge(machine, "mmap", 0, 1, 3, f) for f in (0x22, 0x2022, 0x40022)] == ["allow", "EPERM", "EPERM"]
    assert [judge(machine, "madvise", 0, 1, a) for a in (4, 14, 12)] == ["allow", "allow", "EPERM"]


# --- what the server counts -----------------------------------------------------------------------------------

CODE = """
import ctypes, os, threading, time
def many_threads(x):
    threading.stack_size(32 << 10)
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
def some_threads(x):
    threads = [threading.Thread(target=time.sleep, args=(0.3,)) for _ in range(200)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return x
def many_files(x):
    for n in range(10**7):
        os.close(os.open(f"/scratch/{n}", os.O_CREAT | os.O_WRONLY))
"""


@pytest.fixture
def session(level: sandbox.Isolation, the_course: Course) -> Iterator[Child]:
    """A child of a worker server of its own that has imported the code above."""
    own = WorkerServer(level, None)
    session = own.open(the_course.limits)
    names = ("many_threads", "some_threads", "many_files")
    load = wire.Load(cells=(wire.Source(1, CODE),), names=names, mode="slice", seconds=5.0, device="cpu(0)")
    assert isinstance(session.ask(load, seconds=30.0), Answer)
    yield session
    session.close()
    own.close()


def children(pid: int) -> list[int]:
    """Return a process's descendants."""
    found = [int(c) for t in Path(f"/proc/{pid}/task").iterdir() for c in (t / "children").read_text().split()]
    return found + [c for child in found for c in children(child)]


def ask(session: Child, function: str, seconds: float) -> tuple[Answer | NoAnswer, int]:
    """Call a function; return what came of it, and the most threads that the child was seen to have."""
    assert session.server._process is not None
    child = children(session.server._process.pid)[-1]
    most, done = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.001):
            with contextlib.suppress(OSError):
                most = max(most, int(Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[17]))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        return session.ask(wire.Call(function=function), [np.ones(1, np.float32)], seconds=seconds), most
    finally:
        done.set()
        watcher.join()


def test_too_many_threads_end_a_child(session: Child) -> None:
    """Thousands of threads with small stacks never come to be: the machine has only so many, root's limit or not."""
    outcome, most = ask(session, "many_threads", 20.0)
    assert outcome == NoAnswer("crashed", "the process was ended: it started more than 512 threads")
    assert 100 < most < 4000
    assert session.server.outside_kills == 0  # the submission's doing: it is not tried again


def test_some_threads_are_nobodys_business(session: Child) -> None:
    """Two hundred threads are a submission's own affair."""
    outcome, most = ask(session, "some_threads", 20.0)
    assert isinstance(outcome, Answer)
    assert 100 < most < 300


def test_too_many_files_stop_a_child(session: Child) -> None:
    """Files cost the machine's memory, which no limit counts: a child that makes too many is stopped as it stands."""
    outcome, _ = ask(session, "many_files", 5.0)
    assert session.server._process is not None
    if not session.server.isolation.bwrap:  # nothing is writable: it raises at once
        assert isinstance(outcome, Answer)
        assert isinstance(outcome.reply, wire.Raised)
        return
    assert isinstance(outcome, NoAnswer)
    assert outcome.verdict == "timeout"


def test_files_are_counted_before_they_are_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look after the bound stops the process; it stays what it was, and can be ended."""
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        monkeypatch.setattr(watching, "_files", lambda folder: watching.MAX_FILES)
        assert watching.restrain(sleeper.pid, [str(tmp_path)]) == ""
        assert state(sleeper.pid) in "RS"
        monkeypatch.setattr(watching, "_files", lambda folder: watching.MAX_FILES + 1)
        assert watching.restrain(sleeper.pid, [str(tmp_path)]) == ""
        assert state(sleeper.pid) == "T"
    finally:
        sleeper.kill()
        sleeper.wait()
    assert watching.restrain(sleeper.pid, [str(tmp_path)]) == ""  # gone


def state(pid: int) -> str:
    """Return a process's state, a letter, once it has settled."""
    time.sleep(0.1)
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
