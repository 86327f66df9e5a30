"""What a confined child can and cannot do, as seen from inside a real one, behind each outer wall.

Every attack is a few statements that run in a child forked by a launched process, as the worker server does it.
Where it makes sense the same statements run unconfined as a control, so that a refusal is the confinement's.
"""

import errno
import json
import os
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import walls as sandbox
from autograder.worker import confine
from autograder.worker.confine import seccomp
from autograder.worker.confine.system_calls import ALLOWED

REPOSITORY = Path(__file__).parents[3]
NO_WALL = sandbox.Isolation("none", None, ())
MACHINE = os.uname().machine

# The stand-in for the worker server. The child's answer, then the signal that ended it, go up one pipe.
SERVER = """
import ctypes, errno, fcntl, json, mmap, os, resource, signal, socket, sys, threading, time
spec = json.loads(sys.argv[1])
exec(spec["prelude"])
sys.path.insert(0, spec["root"])
from autograder.worker import confine
from autograder.worker.confine import seccomp

work = f"/tmp/confined-{os.getpid()}-{spec['pipe']}"
os.mkdir(work)
stray = os.open("/dev/null", os.O_RDONLY)
channel, far_end = socket.socketpair()
libc = ctypes.CDLL(None, use_errno=True)
calls = seccomp.numbers(os.uname().machine)

def call(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    return errno.errorcode[ctypes.get_errno()] if result < 0 else result

child = os.fork()
if child == 0:
    answer = None
    try:
        if spec["layers"] is not None:
            held = confine.confine(
                confine.Limits(**spec["limits"]),
                readable=spec["readable"],
                writable=[work, "/dev/null"],
                keep_fds={spec["pipe"], channel.fileno(), far_end.fileno()},
                layers=spec["layers"],
            )
        exec(spec["body"])
    except OSError as error:
        answer = errno.errorcode[error.errno]
    except Exception as error:
        answer = type(error).__name__
    os.write(spec["pipe"], json.dumps(answer).encode() + b"\\n")
    os._exit(0)
_, status = os.waitpid(child, 0)
os.write(spec["pipe"], json.dumps(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0).encode())
for name in os.listdir(work):
    os.unlink(f"{work}/{name}")
os.rmdir(work)
"""


def run(
    body: str, level: sandbox.Isolation, *, prelude: str = "", site: bool = False, **limits: int
) -> tuple[Any, int]:
    """Run `body` in a child behind `level`; return its `answer` (or errno's name) and the signal it died of."""
    package, seen_at = REPOSITORY / "autograder", Path("/grader/autograder")
    readable = [(package / part, seen_at / part) for part in ("__init__.py", "worker")]
    reading, writing = os.pipe()
    spec = {
        "body": body,
        "prelude": prelude,
        "pipe": writing,
        "root": str(sandbox.inside(level, package, seen_at).parent),
        "readable": sandbox.readable_roots(level, []),
        "layers": level.layers or None,
        "limits": {"memory_mb": 512, "cpu_seconds": 20, "file_mb": 1, "open_files": 32} | limits,
    }
    flags = ["-I"] if site else ["-I", "-S"]
    env = {"MXNET_ENGINE_TYPE": "NaiveEngine", "OMP_NUM_THREADS": "1", "HOME": "/tmp"}
    argv = [sys.executable, *flags, "-c", SERVER, json.dumps(spec)]
    with sandbox.launch(level, argv, pass_fds=(writing,), readable=readable, env=env) as process:
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            lines = pipe.read().splitlines()
        assert process.wait(60) == 0, sandbox.complaint(process)
    return (json.loads(lines[0]) if len(lines) == 2 else None), json.loads(lines[-1])


def answer(body: str, level: sandbox.Isolation, **options: Any) -> Any:
    """Run `body` in a child that must end by itself; return its answer."""
    value, killed_by = run(body, level, **options)
    assert killed_by == 0
    return value


@pytest.fixture(scope="module", params=["bubblewrap", "landlock"])
def level(request: pytest.FixtureRequest) -> sandbox.Isolation:
    """Each isolation in turn. One that this machine lacks fails the test: it is what the tests are about."""
    return sandbox.detect(request.param)


# --- processes ------------------------------------------------------------------------------------------------


def test_all_layers_hold(level: sandbox.Isolation) -> None:
    """`confine` reports the layers that it applied."""
    assert answer("answer = held", level) == ["landlock", "seccomp", "rlimits"]


def test_cannot_fork(level: sandbox.Isolation) -> None:
    """No child process: there is nobody to carry on after the deadline."""
    body = "pid = os.fork() or os._exit(0); answer = os.waitpid(pid, 0)[1]"
    assert answer(body, level) == "EPERM"
    assert answer(body, NO_WALL) == 0


def test_cannot_clone_a_process(level: sandbox.Isolation) -> None:
    """The calls beneath fork are refused too; clone3, whose flags no filter sees, does not exist."""
    body = "answer = [call(calls['clone'], signal.SIGCHLD, 0, 0, 0, 0), call(calls['clone3'], 0, 0)]"
    assert answer(body, level) == ["EPERM", "ENOSYS"]


@pytest.mark.parametrize("start", ["os.execv", "lambda *a: os.waitpid(os.posix_spawn(*a, {}), 0)[1]"])
def test_cannot_start_a_program(level: sandbox.Isolation, start: str) -> None:
    """Neither in its own place nor beside itself."""
    assert answer(f"answer = ({start})('/usr/bin/true', ['true'])", level) == "EPERM"


def test_a_program_starts_unconfined() -> None:
    """The control to the test above."""
    assert answer("answer = os.waitpid(os.posix_spawn('/usr/bin/true', ['true'], {}), 0)[1]", NO_WALL) == 0


def test_cannot_signal_parent(level: sandbox.Isolation) -> None:
    """The server is out of reach, by a signal or by asking the kernel to send one when input arrives."""
    assert answer("answer = os.kill(os.getppid(), 0)", level) == "EPERM"
    assert answer("answer = os.kill(os.getppid(), 0)", NO_WALL) is None
    assert answer("answer = fcntl.fcntl(channel, fcntl.F_SETOWN, os.getppid())", level) == "EPERM"
    assert answer("answer = fcntl.fcntl(channel, fcntl.F_SETOWN, os.getppid())", NO_WALL) == 0


@pytest.mark.parametrize("target", [0, -1])
def test_cannot_signal_a_group(level: sandbox.Isolation, target: int) -> None:
    """Nor its process group, nor everybody."""
    assert answer(f"answer = os.kill({target}, 0)", level) == "EPERM"
    assert answer(f"answer = os.kill({target}, 0)", NO_WALL) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [("os.kill(os.getpid(), signal.SIGTERM)", signal.SIGTERM), ("os.abort()", signal.SIGABRT)],
)
def test_may_signal_itself(level: sandbox.Isolation, body: str, expected: int) -> None:
    """A crash looks like one: `abort()` ends in SIGABRT, not in an endless loop."""
    assert run(body, level) == (None, expected)


def test_cannot_trace_parent(level: sandbox.Isolation) -> None:
    """Neither ptrace, nor its memory by call, nor its memory by /proc."""
    body = """
parent = os.getppid()
answer = [call(calls["ptrace"], 0x4206, parent, 0, 0), call(calls["process_vm_readv"], parent, 0, 0, 0, 0, 0)]
try:
    open(f"/proc/{parent}/mem")
except PermissionError as error:
    answer.append(errno.errorcode[error.errno])
"""
    assert answer(body, level) == ["EPERM", "EPERM", "EACCES"]


def test_cannot_be_traced(level: sandbox.Isolation) -> None:
    """It is not dumpable, so that no sibling of the same user may look at its memory; nor can it undo that."""
    assert answer("answer = [libc.prctl(3), libc.prctl(4, 1), libc.prctl(3)]", level) == [0, -1, 0]
    assert answer("answer = libc.prctl(3)", NO_WALL) == 1


def test_dies_with_the_server(level: sandbox.Isolation) -> None:
    """A child whose server is gone does not live on, and cannot ask to."""
    body = "os.write(spec['pipe'], b'0\\n'); answer = libc.prctl(1, 0) == -1 and time.sleep(50)"
    orphan = "os.waitpid = lambda *_: (time.sleep(1), os.rmdir(work), os._exit(0))"
    began = time.monotonic()
    assert run(body, level, prelude=orphan) == (None, 0)  # the pipe closes when the last of them is dead
    assert time.monotonic() - began < 20


# --- system calls ---------------------------------------------------------------------------------------------


def test_refused_calls_answer_eperm(level: sandbox.Isolation) -> None:
    """Every call on the list is refused before the kernel looks at its arguments. (No control: it would reboot.)"""
    body = "answer = {n: call(c, -1, -1, -1, -1, -1, -1) for n, c in seccomp.always_refused(MACHINE).items()}"
    refused = answer(body.replace("MACHINE", repr(MACHINE)), level)
    assert refused == dict.fromkeys(seccomp.always_refused(MACHINE), "EPERM")
    assert len(refused) > 130


@pytest.mark.parametrize("number", [463, 470, 2**30 + 41, 2**31 - 1])
def test_newer_calls_do_not_exist(level: sandbox.Isolation, number: int) -> None:
    """A call that no list has answers ENOSYS, and so does x32's whole range."""
    assert answer(f"answer = call({number}, -1, -1, -1)", level) == "ENOSYS"


@pytest.mark.skipif(MACHINE != "x86_64", reason="only x86_64 has int 0x80")
def test_cannot_make_32_bit_calls(level: sandbox.Isolation) -> None:
    """Calls of the 32-bit kind, which have other numbers, are refused: getpid is."""
    body = """
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex("b814000000 cd80 c3"))  # mov eax, 20; int 0x80; ret
getpid = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
answer = getpid() == -1
"""
    assert answer(body, level) is True


def test_cannot_undo_the_limits(level: sandbox.Isolation) -> None:
    """No limit is raised, or set at all, on itself or others; all may be read."""
    assert answer("answer = resource.prlimit(0, resource.RLIMIT_AS, (-1, -1))", level) == "EPERM"
    assert answer("answer = resource.prlimit(0, resource.RLIMIT_CORE, (0, 0))", level) == "EPERM"
    assert answer("answer = resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))", level) == "EPERM"
    assert answer("answer = resource.prlimit(0, resource.RLIMIT_CORE)", level) == [0, 0]
    assert answer("answer = resource.prlimit(0, resource.RLIMIT_AS)", level) == [512 << 20, 512 << 20]


def test_has_no_capabilities(level: sandbox.Isolation) -> None:
    """Root or not, every capability is gone, and no program could give one back."""
    body = """
header, sets = ctypes.create_string_buffer(b"\\x22\\x05\\x08\\x20" + bytes(4)), ctypes.create_string_buffer(24)
libc.capget(header, sets)
answer = [sets.raw.hex().strip("0"), sum(libc.prctl(23, c) for c in range(32)), libc.prctl(39, 0, 0, 0, 0)]
"""
    capabilities, bounding, no_new_privs = answer(body, level)
    assert (capabilities, no_new_privs) == ("", 1)
    assert bounding == 0 or os.getuid() != 0  # only root may empty the bounding set; without exec it is idle


# --- network --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"])
def test_cannot_open_a_socket(level: sandbox.Isolation, family: str) -> None:
    """No socket of any family."""
    kind = "SOCK_RAW" if family == "AF_NETLINK" else "SOCK_STREAM"
    body = f"answer = bool(socket.socket(socket.{family}, socket.{kind}))"
    assert answer(body, level) == "EPERM"
    if family != "AF_INET6":  # which a machine may lack
        assert answer(body, NO_WALL) is True


def test_the_given_socket_works(level: sandbox.Isolation) -> None:
    """The channel to the judge was opened before and still carries bytes both ways."""
    body = "channel.sendall(b'claim'); far_end.sendall(b'ask'); answer = (far_end.recv(9) + channel.recv(9)).decode()"
    assert answer(body, level) == "claimask"


def test_cannot_pass_a_descriptor(level: sandbox.Isolation) -> None:
    """The channel carries bytes, never open files."""
    assert answer("answer = socket.send_fds(channel, [b'x'], [0])", level) == "EPERM"
    assert answer("answer = socket.send_fds(channel, [b'x'], [0])", NO_WALL) == 1


# --- files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [REPOSITORY / "pyproject.toml", Path("/etc/passwd")], ids=["repository", "etc"])
def test_cannot_read_the_repository(level: sandbox.Isolation, path: Path) -> None:
    """What the judge has on disk is refused, and behind bubblewrap does not even exist."""
    body = f"answer = open({str(path)!r}).read(1)"
    assert answer(body, level) == ("ENOENT" if level.bwrap else "EACCES")
    assert len(answer(body, NO_WALL)) == 1


@pytest.mark.parametrize("path", ["/", "/tmp", "/proc", "/proc/self", "/dev"])
def test_cannot_list(level: sandbox.Isolation, path: str) -> None:
    """Directories that are not its own show nothing: not the processes, not what others left in /tmp."""
    assert answer(f"answer = os.listdir({path!r})", level) == "EACCES"
    assert answer(f"answer = os.listdir({path!r})", NO_WALL) != []


@pytest.mark.parametrize("path", ["/tmp/loot", "/dev/shm/loot", "/var/tmp/loot", "/loot"])
def test_cannot_write_outside_its_directory(level: sandbox.Isolation, path: str) -> None:
    """A submission leaves nothing behind for the next one."""
    body = f"answer = open({path!r}, 'w').close() or os.unlink({path!r})"
    behind_mounts = {"/var/tmp/loot": "ENOENT", "/loot": "EROFS"} if level.bwrap else {}
    assert answer(body, level) == behind_mounts.get(path, "EACCES")
    assert not Path(path).exists()
    if os.access(Path(path).parent, os.W_OK):
        assert answer(body, NO_WALL) is None


def test_cannot_write_to_the_interpreter(level: sandbox.Isolation) -> None:
    """What every submission runs on is not for one to change: not by writing, truncating or removing."""
    target = repr(os.__file__)
    refused = ("EACCES", "EROFS")
    assert answer(f"answer = open({target}, 'r+')", level) in refused
    assert answer(f"answer = os.open({target}, os.O_RDONLY | os.O_TRUNC)", level) in refused
    assert answer(f"answer = os.unlink({target})", level) in refused
    assert answer(f"answer = os.chmod({target}, 0)", level) == "EPERM"
    assert answer(f"answer = os.link({target}, work + '/link')", level) in ("EXDEV", "EPERM")  # EPERM: not the owner
    assert answer(f"answer = fcntl.fcntl(os.open({target}, 0), fcntl.F_SETLEASE, fcntl.F_RDLCK)", level) == "EPERM"


def test_may_use_its_own_directory(level: sandbox.Isolation) -> None:
    """In its directory it may make, list, rename, read and remove."""
    body = """
with open(f"{work}/a", "w") as file:
    file.write("kept")
os.rename(f"{work}/a", f"{work}/b")
answer = [os.listdir(work), open(f"{work}/b").read(), os.remove(f"{work}/b"), os.listdir(work)]
"""
    assert answer(body, level) == [["b"], "kept", None, []]


def test_cannot_make_special_files(level: sandbox.Isolation) -> None:
    """Not even in its own directory: no fifo, no device."""
    assert answer("answer = os.mkfifo(f'{work}/fifo')", level) == "EPERM"
    assert answer("answer = os.mkfifo(f'{work}/fifo')", NO_WALL) is None


def test_can_still_import(level: sandbox.Isolation) -> None:
    """The standard library stays readable, so a submission may import what the server did not."""
    assert answer("import colorsys; answer = colorsys.rgb_to_hsv(1, 1, 1)[2]", level) == 1


def test_stray_descriptors_are_closed(level: sandbox.Isolation) -> None:
    """Only 0, 1, 2 and the kept ones stay open: what the server holds open is not the child's."""
    body = """
def is_open(descriptor):
    try:
        return bool(os.fstat(descriptor))
    except OSError:
        return False
kept = {spec["pipe"], channel.fileno(), far_end.fileno()}
answer = [is_open(stray), sorted(set(filter(is_open, range(32))) - kept)]
"""
    assert answer(body, level) == [False, [0, 1, 2]]
    assert answer(body, NO_WALL)[0] is True


# --- limits ---------------------------------------------------------------------------------------------------


def test_memory_is_capped(level: sandbox.Isolation) -> None:
    """More addresses than the limit: ENOMEM from the kernel, MemoryError in Python."""
    assert answer("answer = len(mmap.mmap(-1, 1 << 30))", level) == "ENOMEM"
    assert answer("answer = len(bytearray(1 << 30))", level) == "MemoryError"
    assert answer("answer = len(mmap.mmap(-1, 1 << 30))", level, memory_mb=2048) == 1 << 30
    assert answer("answer = len(mmap.mmap(-1, 1 << 30))", NO_WALL) == 1 << 30


def test_file_size_is_capped(level: sandbox.Isolation) -> None:
    """A file longer than the limit: EFBIG, and the process lives."""
    body = "file = open(f'{work}/big', 'wb', 0); answer = [file.write(bytes(1 << 20)), file.write(bytes(1))]"
    assert answer(body, level) == "EFBIG"
    assert answer(body, level, file_mb=2) == [1 << 20, 1]


def test_open_files_are_capped(level: sandbox.Isolation) -> None:
    """More descriptors than the limit: EMFILE."""
    body = "answer = len([os.open('/dev/null', os.O_RDWR) for _ in range(40)])"
    assert answer(body, level) == "EMFILE"
    assert answer(body, level, open_files=64) == 40


def test_processor_time_is_capped(level: sandbox.Isolation) -> None:
    """SIGXCPU, and SIGKILL a second later for a process that ignores it."""
    assert run("while True: pass", level, cpu_seconds=1) == (None, signal.SIGXCPU)
    stubborn = "signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    assert run(stubborn, level, cpu_seconds=1) == (None, signal.SIGKILL)


# --- what must go on working ----------------------------------------------------------------------------------


def test_threads_still_work(level: sandbox.Isolation) -> None:
    """Libraries may start threads, name them, and wait for them."""
    body = """
answer = []
threads = [threading.Thread(target=answer.append, args=(libc.prctl(15, b"name"),)) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
    assert answer(body, level) == [0, 0, 0, 0]


def test_mxnet_still_trains(level: sandbox.Isolation) -> None:
    """Softmax regression learns in a child of a server that imported MXNet before the fork."""
    body = """
x, y = mx.nd.array(np.eye(10).repeat(5, 0)), mx.nd.array(np.arange(10).repeat(5))
w = mx.nd.zeros((10, 10)); w.attach_grad(); losses = []
for _ in range(40):
    with mx.autograd.record():
        loss = -mx.nd.pick(mx.nd.log_softmax(mx.nd.dot(x, w)), y).mean()
    loss.backward(); w -= 5 * w.grad; losses.append(float(loss.asscalar()))
answer = losses[0], losses[-1]
"""
    prelude = "import mxnet as mx, numpy as np"
    first, last = answer(body, level, prelude=prelude, site=True, memory_mb=4096)
    assert abs(first - 2.302585) < 1e-5  # log(10): nothing learned yet
    assert last < 0.1


# --- failing closed -------------------------------------------------------------------------------------------

LIMITS = confine.Limits(memory_mb=512, cpu_seconds=20, file_mb=1, open_files=32)


def test_an_unknown_layer_is_refused() -> None:
    """A misspelt layer is not silently left out."""
    with pytest.raises(confine.ConfinementError, match="no such layer of confinement: selinux"):
        confine.confine(LIMITS, readable=[], writable=[], keep_fds=[], layers=["selinux", "seccomp"])


def test_a_second_thread_is_refused() -> None:
    """Landlock and seccomp bind one thread, so a process with two would have a free one."""
    prelude = "import threading, time\nthreading.excepthook = print"
    body = """
threading.Thread(target=time.sleep, args=(1,)).start()
try:
    confine.confine(confine.Limits(512, 20, 1, 32), readable=[], writable=[], keep_fds=[], layers=["seccomp"])
except confine.ConfinementError as error:
    answer = str(error)
"""
    expected = "the process has 2 threads; those but one would stay unconfined"
    assert answer(body, NO_WALL, prelude=prelude) == expected


def test_a_failed_step_is_an_error(level: sandbox.Isolation) -> None:
    """A step that the kernel refuses is named, and nothing is reported as holding."""
    body = """
try:
    confine.confine(confine.Limits(512, 20, 1, 32), readable=[], writable=[], keep_fds=[], layers=["seccomp"])
except confine.ConfinementError as error:
    answer = str(error)
"""
    assert answer(body, level).startswith("a look at its own threads failed: [Errno 13]")


def test_an_unknown_machine_is_an_error() -> None:
    """Without its numbers no filter is made."""
    with pytest.raises(OSError, match="no list of system calls for a riscv64 machine") as caught:
        seccomp.numbers("riscv64")
    assert caught.value.errno == errno.ENOSYS


# --- the filter on the machine that we are not on -------------------------------------------------------------


def judge(machine: str, name: str, *arguments: int, pid: int = 77, arch: int | None = None) -> str:
    """Run the filter as the kernel would, on one call; return "allow" or errno's name."""
    number = seccomp.numbers(machine).get(name, 463)  # the first that no list has
    arch = seccomp._AUDIT_ARCH[machine] if arch is None else arch
    data = struct.pack("<IIQ6Q", number, arch, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    loaded = at = 0
    program = seccomp._assemble(machine, pid)
    while True:
        code, if_true, if_false, constant = program[at]
        if code == 0x06:
            return "allow" if constant == 0x7FFF0000 else errno.errorcode[constant & 0xFFFF]
        if code == 0x20:
            (loaded,) = struct.unpack_from("<I", data, constant)
            at += 1
            continue
        holds = {0x15: loaded == constant, 0x35: loaded >= constant, 0x45: loaded & constant != 0}[code]
        at += 1 + (if_true if holds else if_false)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_knows_both_machines(machine: str) -> None:
    """Arguments decide alike on x86_64 and aarch64, and another architecture's calls are refused."""
    assert {judge(machine, name) for name in seccomp.always_refused(machine)} == {"EPERM"}
    assert {judge(machine, name) for name in ALLOWED[machine]} == {"allow"}
    assert judge(machine, "another") == "ENOSYS"
    assert judge(machine, "read", arch=0x40000003) == "EPERM"
    assert judge(machine, "clone", 0x3D0F00) == "allow"
    assert judge(machine, "clone", 0x11) == "EPERM"
    assert judge(machine, "clone", 0x3D0F00 | 0x10000000) == "EPERM"
    assert (judge(machine, "tgkill", 77), judge(machine, "tgkill", 78)) == ("allow", "EPERM")
    assert (judge(machine, "prlimit64", 0, 3, 0), judge(machine, "prlimit64", 0, 3, 1 << 32)) == ("allow", "EPERM")
    assert (judge(machine, "ioctl", 1, 0x5401), judge(machine, "ioctl", 1, 0x5412)) == ("allow", "EPERM")
