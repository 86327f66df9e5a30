"""The outer wall: what a launched server sees of the machine, and how a machine without walls is refused."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograder.errors import CourseError, MachineError
from autograder.sandbox import walls as sandbox

REPOSITORY = Path(__file__).parents[2]
LAYERS = ("landlock", "seccomp", "rlimits")


def output(
    isolation: sandbox.Isolation,
    program: str,
    *,
    readable: tuple[tuple[Path, Path], ...] = (),
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a Python program in a launched server; return what it printed on stderr."""
    argv = [sys.executable, "-I", "-S", "-c", f"import os, sys\nsys.stdout = sys.stderr\n{program}"]
    with sandbox.launch(isolation, argv, pass_fds=(), readable=readable, env=env or {}) as process:
        process.wait(20)
        return sandbox.complaint(process, 100_000)


@pytest.fixture(scope="module", params=["bubblewrap", "landlock"])
def level(request: pytest.FixtureRequest) -> sandbox.Isolation:
    """Each isolation in turn. One that this machine lacks fails the test: it is what the tests are about."""
    return sandbox.detect(request.param)


@pytest.fixture(scope="module")
def bubblewrap() -> sandbox.Isolation:
    """The isolation with mounts of its own."""
    return sandbox.detect("bubblewrap")


# --- detect ---------------------------------------------------------------------------------------------------


def test_bubblewrap_is_preferred(bubblewrap: sandbox.Isolation) -> None:
    """Left to choose, the strongest isolation is taken."""
    assert sandbox.detect("auto") == sandbox.detect() == bubblewrap
    assert (bubblewrap.name, bubblewrap.layers) == ("bubblewrap+landlock+seccomp", LAYERS)


def test_landlock_can_be_requested() -> None:
    """What is requested is what is returned, even though a stronger one works."""
    assert sandbox.detect("landlock") == sandbox.Isolation("landlock+seccomp", None, LAYERS)


def test_none_is_only_ever_requested() -> None:
    """Without isolation the limits still apply, and the name says what it is."""
    assert sandbox.detect("none") == sandbox.Isolation("none", None, ("rlimits",))


def test_an_unknown_request_names_the_choices() -> None:
    """A misspelt switch is answered with the right ones."""
    with pytest.raises(CourseError, match="bublewrap: choose one of auto, bubblewrap, landlock, none"):
        sandbox.detect("bublewrap")


def fake(directory: Path, script: str) -> Path:
    """Write a program that stands in for bubblewrap."""
    program = directory / "bwrap"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def use_bubblewraps(monkeypatch: pytest.MonkeyPatch, *programs: Path) -> None:
    """Have `detect` find these programs and no others."""
    monkeypatch.setattr(sandbox, "_bubblewraps", lambda: iter(programs))


def test_a_bubblewrap_that_fails_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program that is there but may not make namespaces does not count; Landlock is next."""
    use_bubblewraps(monkeypatch, fake(tmp_path, "echo 'bwrap: No permissions to create new namespace' >&2; exit 1"))
    assert sandbox.detect("auto").name == "landlock+seccomp"
    with pytest.raises(MachineError, match="bwrap: No permissions to create new namespace"):
        sandbox.detect("bubblewrap")


def test_the_next_bubblewrap_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A system whose own program is privileged works although the bundled one does not."""
    working = sandbox.detect("bubblewrap").bwrap
    assert working is not None
    use_bubblewraps(monkeypatch, fake(tmp_path, "exit 1"), working)
    assert sandbox.detect("auto").bwrap == working


def test_a_missing_bubblewrap_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is that it is not installed, not that it failed."""
    use_bubblewraps(monkeypatch)
    assert sandbox.detect("auto").name == "landlock+seccomp"
    with pytest.raises(MachineError, match="bubblewrap is not installed"):
        sandbox.detect("bubblewrap")


def test_without_any_wall_grading_refuses_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says what is missing and names the switch; nothing falls back to no isolation."""
    use_bubblewraps(monkeypatch)
    monkeypatch.setattr(sandbox, "_LANDLOCK_ALONE", 99)
    with pytest.raises(MachineError) as caught:
        sandbox.detect("auto")
    sentence = str(caught.value)
    assert "bubblewrap is not installed; Landlock with seccomp: Landlock is version" in sentence
    assert "at least 99 is needed" in sentence
    assert sentence.endswith("or say --isolation none if every submission may do all that you can.")


def test_a_wall_that_does_not_hold_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layers that a kernel accepts and ignores are not believed: the probe tries to get out."""
    hollow = sandbox.Isolation("landlock+seccomp", None, ("rlimits",))
    assert sandbox._probe(hollow) == "seccomp was accepted and does not hold"
    hollow = sandbox.Isolation("landlock+seccomp", None, ("seccomp", "rlimits"))
    assert sandbox._probe(hollow) == "Landlock was accepted and does not hold"


# --- what a server sees ---------------------------------------------------------------------------------------


def test_sees_nothing_of_the_machine(bubblewrap: sandbox.Isolation) -> None:
    """Only system directories and the interpreter's own path exist; the repository and homes do not."""
    top = {"bin", "dev", "etc", "lib", "lib64", "proc", "sbin", "scratch", "tmp", "usr"}
    roots = {Path(root).parts[1] for root in sandbox.readable_roots(bubblewrap, [])}
    assert set(output(bubblewrap, "print(*os.listdir('/'))").split()) <= top | roots
    assert set(output(bubblewrap, "print(*os.listdir('/dev'))").split()) == {
        *("core", "fd", "full", "null", "ptmx", "pts", "random", "shm"),
        *("stderr", "stdin", "stdout", "tty", "urandom", "zero"),
    }
    in_tmp = {Path(root).parts[2] for root in sandbox.readable_roots(bubblewrap, []) if root.startswith("/tmp/")}
    assert set(output(bubblewrap, "print(*os.listdir('/tmp'))").split()) == in_tmp


@pytest.mark.parametrize("path", ["course.yaml", "pyproject.toml", "solutions", "autograder", "tests", ".git"])
def test_the_repository_does_not_exist(bubblewrap: sandbox.Isolation, path: str) -> None:
    """Of a repository that holds the virtual environment, that directory alone is mounted."""
    program = f"print(os.path.exists({str(REPOSITORY / path)!r}))"
    assert output(bubblewrap, program) == "False"
    assert (REPOSITORY / path).exists()


def test_the_judge_installed_in_the_environment_is_hidden(
    bubblewrap: sandbox.Isolation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the package is installed beside MXNet, an empty directory covers it."""
    installed = tmp_path / "site-packages" / "autograder"
    installed.mkdir(parents=True)
    (installed / "sandbox.py").touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(Path(sys.executable).resolve()))
    monkeypatch.setattr(sandbox, "__file__", str(installed / "sandbox" / "walls.py"))
    program = f"print(os.listdir({str(tmp_path)!r}), os.listdir({str(installed)!r}))"
    assert output(bubblewrap, program) == "['site-packages'] []"


def test_mounts_are_read_only(bubblewrap: sandbox.Isolation, tmp_path: Path) -> None:
    """Even the server, before any child confines itself, changes nothing that outlives it."""
    program = """
for path in ("/x", "/usr/x", "/etc/x", "/data/x", os.path.dirname(os.__file__) + "/x"):
    try:
        open(path, "w")
    except OSError as error:
        print(error.errno)
"""
    assert output(bubblewrap, program, readable=((tmp_path, Path("/data")),)).split() == ["30"] * 5


def test_tmp_is_private_and_capped(bubblewrap: sandbox.Isolation, tmp_path: Path) -> None:
    """/tmp is a file system of its own in memory, and so is /dev/shm, each of a fixed size."""
    program = """
for path in ("/tmp", "/dev/shm"):
    size = os.statvfs(path)
    open(path + "/left-behind", "w").close()
    print(size.f_blocks * size.f_frsize >> 20)
"""
    assert output(bubblewrap, program).split() == ["256", "64"]
    assert not Path("/tmp/left-behind").exists()


def test_has_namespaces_of_its_own(bubblewrap: sandbox.Isolation) -> None:
    """User, pid, net, ipc, uts and mount namespaces are not the machine's."""
    program = "print(*(os.readlink(f'/proc/self/ns/{n}') for n in ('user', 'pid', 'net', 'ipc', 'uts', 'mnt')))"
    within = set(output(bubblewrap, program).split())
    assert len(within) == 6
    assert within.isdisjoint(output(sandbox.detect("none"), program).split())


def test_has_no_network(bubblewrap: sandbox.Isolation) -> None:
    """Nothing but a loopback interface, and nobody there."""
    assert output(bubblewrap, "import socket; print(*(n for _, n in socket.if_nameindex()))") == "lo"


def test_is_not_root(bubblewrap: sandbox.Isolation) -> None:
    """Whoever runs the grader, the server is an ordinary user on a machine without a name."""
    assert output(bubblewrap, "print(os.getuid(), os.getgid(), os.uname().nodename)") == "1000 1000 worker"


def test_devices_are_passed_if_they_exist(bubblewrap: sandbox.Isolation) -> None:
    """A GPU's device files appear at their own paths; those that the machine lacks are left out."""
    argv = ["/usr/bin/sh", "-c", "echo /dev/kmsg* /dev/nvidia* >&2"]
    devices = [Path("/dev/kmsg"), Path("/dev/nvidia-that-is-not-here")]
    with sandbox.launch(bubblewrap, argv, pass_fds=(), readable=(), env={}, devices=devices) as process:
        process.wait(20)
        assert sandbox.complaint(process) == "/dev/kmsg /dev/nvidia*"


def test_environment_is_only_what_is_given(level: sandbox.Isolation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the judge's environment is passed on, whatever it holds."""
    monkeypatch.setenv("TOKEN", "secret")
    seen = output(level, "print({**os.environ})", env={"OMP_NUM_THREADS": "1"})
    assert {name: value for name, value in eval(seen).items() if name not in ("PWD", "LC_CTYPE")} == {
        "OMP_NUM_THREADS": "1"
    }


def test_readable_lies_where_inside_says(level: sandbox.Isolation, tmp_path: Path) -> None:
    """`inside` is the path by which a server reaches what the judge mounts."""
    (tmp_path / "images").write_text("digits")
    path = sandbox.inside(level, tmp_path, Path("/data")) / "images"
    assert output(level, f"print(open({str(path)!r}).read())", readable=((tmp_path, Path("/data")),)) == "digits"
    assert path == (Path("/data/images") if level.bwrap else tmp_path / "images")


def test_readable_roots_leave_the_machine_out(level: sandbox.Isolation) -> None:
    """No root covers /proc, the repository, its solutions or a home directory; the extra ones are there."""
    roots = sandbox.readable_roots(level, [Path("/data")])
    forbidden = [REPOSITORY, REPOSITORY / "solutions", Path.home(), Path("/proc"), Path("/etc"), Path("/tmp")]
    assert [path for path in forbidden if any(path.is_relative_to(root) for root in roots)] == []
    assert {"/usr", "/data", sys.prefix} <= set(roots)


# --- how a server lives and dies ------------------------------------------------------------------------------


def test_passed_descriptors_work_and_close(level: sandbox.Isolation) -> None:
    """The server talks over what it is passed; when it has gone, the judge reads end of file."""
    reading, writing = os.pipe()
    argv = [sys.executable, "-I", "-S", "-c", f"import os; os.write({writing}, b'up')"]
    with sandbox.launch(level, argv, pass_fds=(writing,), readable=(), env={}) as process:
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            assert pipe.read() == b"up"
        assert process.wait(20) == 0


def test_complaint_is_the_end_of_stderr(level: sandbox.Isolation) -> None:
    """However much a server prints, it is never held up, and the judge keeps the last of it."""
    argv = ["/usr/bin/sh", "-c", "seq 100000 >&2; exit 3"]
    with sandbox.launch(level, argv, pass_fds=(), readable=(), env={}) as process:
        assert process.wait(20) == 3
        assert sandbox.complaint(process, 13) == "99999\n100000"


def test_a_program_that_does_not_exist_is_the_machines_fault() -> None:
    """A server that cannot be started is a MachineError."""
    with pytest.raises(MachineError, match=r"did not start: .*No such file"):
        sandbox.launch(sandbox.detect("none"), ["/nowhere"], pass_fds=(), readable=(), env={})


def asleep(level: sandbox.Isolation) -> tuple["subprocess.Popen[bytes]", int]:
    """Launch a server that sleeps; return it and a pipe that closes when the last of its processes is dead."""
    reading, writing = os.pipe()
    argv = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"]
    process = sandbox.launch(level, argv, pass_fds=(writing,), readable=(), env={})
    os.close(writing)
    return process, reading


def ends_soon(pipe: int, process: "subprocess.Popen[bytes]") -> bool:
    """Wait for the last process to die; tell whether that came well before it would have by itself."""
    began = time.monotonic()
    assert os.read(pipe, 1) == b""
    os.close(pipe)
    process.communicate(timeout=20)
    return time.monotonic() - began < 30


def test_killing_it_kills_all(level: sandbox.Isolation) -> None:
    """The process that `launch` returns is the one to kill: nothing inside outlives it."""
    process, pipe = asleep(level)
    time.sleep(0.2)
    process.kill()
    assert ends_soon(pipe, process)
    assert process.returncode == -signal.SIGKILL


def test_dies_with_the_thread_that_launched_it(bubblewrap: sandbox.Isolation) -> None:
    """No server outlives a judge that was killed. The kernel watches the thread, so it must be one that stays."""
    launched: list[tuple[subprocess.Popen[bytes], int]] = []
    starter: Callable[[], None] = lambda: (launched.append(asleep(bubblewrap)), time.sleep(0.5))[0]  # noqa: E731
    thread = threading.Thread(target=starter)
    thread.start()
    thread.join()
    process, pipe = launched[0]
    assert ends_soon(pipe, process)


def test_launching_is_fast(level: sandbox.Isolation) -> None:
    """The outer wall costs milliseconds, not seconds; measured at some 7 ms, tested with ample room."""
    began = time.monotonic()
    for _ in range(5):
        with sandbox.launch(level, ["/usr/bin/true"], pass_fds=(), readable=(), env={}) as process:
            assert process.wait(20) == 0
    assert (time.monotonic() - began) / 5 < 0.5


def test_a_python_that_is_a_link_to_a_link_is_seen_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment made with one leads through folders that are mounted for nothing else."""
    (tmp_path / "second").symlink_to(Path(sys.executable).resolve())
    (tmp_path / "first").symlink_to("second")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "first"))
    assert tmp_path / "second" in sandbox._interpreter()
