"""What is fine here, what is not, and how to fix it: for students, and for instructors where there are solutions."""

import importlib.metadata
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.checks import suite
from autograder.course import device, mnist
from autograder.course import settings as courses
from autograder.errors import CourseError, MachineError
from autograder.result import clean
from autograder.sandbox import walls
from autograder.sandbox.server import WorkerServer
from autograder.student import casefile, choosing, dataset, platforms

PYTHONS = {(3, 11): "1.23.5", (3, 12): "1.26.4", (3, 13): "2.5.5"}  # with the NumPy that the lock has for each
NUMPY, NUMPY_FROM, NUMPY_BELOW = "'numpy>=1.23.5,<3'", (1, 23), (3, 0)  # as in pyproject.toml
MXNET = "--no-deps mxnet==1.9.1"  # by itself: it says numpy<2, of which Python 3.13 has no wheel
PINNED = {"numpy": NUMPY, "mxnet": MXNET, "jupyter": "jupyter", "nbgrader": "nbgrader==0.9.6"}
IMPORT_SECONDS = 60.0
MAX_TOLD = 500  # characters of a sentence that names paths
_IMPORT = """
import sys
print('mxnet_compat' in sys.modules, flush=True)
import mxnet
print(mxnet.nd.ones(2).sum().asscalar())
"""


@dataclass(frozen=True)
class Sign:
    """One thing that was looked at. `ok` None: nothing wrong, only told."""

    what: str
    ok: bool | None
    told: str
    fix: str = ""


def examine(folder: Path) -> Iterator[Sign]:
    """Look at what the self-check needs and, where `folder` is a course with solutions, what grading needs."""
    good, machine, fix = platforms.told()
    if not good:
        yield Sign("platform", good, machine, fix)
    yield _python()
    yield from _packages()
    yield _mxnet()
    yield _kernel()
    try:
        root = courses.find_root(folder)
    except CourseError:
        root = None
    teaches = root is not None and (root / "solutions").is_dir()
    yield from _cases(folder)
    yield _data(folder)
    if root is not None and teaches:
        yield from _instructor(root)


def _python() -> Sign:
    found = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info[:2] in PYTHONS
    return Sign("Python", fine, found, "" if fine else "make an environment with Python 3.11, 3.12 or 3.13")


def _packages() -> Iterator[Sign]:
    for name, pinned in PINNED.items():
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Sign(name, False, "is not installed", f"run `{_short(sys.executable)} -m pip install {pinned}`")
            continue
        if name == "numpy" and not NUMPY_FROM <= tuple(int(n) for n in version.split(".")[:2]) < NUMPY_BELOW:
            yield Sign(name, False, version, f"MXNet 1.9.1 does not work with it: run `pip install {NUMPY}`")
        else:
            yield Sign(name, True, version)


def _mxnet() -> Sign:
    """Import MXNet in a process of its own: where that fails, this one goes on."""
    command = [sys.executable, "-c", _IMPORT]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=IMPORT_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return Sign("import mxnet", False, f"takes over {IMPORT_SECONDS:.0f} s", "is the machine out of memory?")
    said = done.stdout.split()
    if done.returncode == 0 and said[1:] == ["2.0"]:
        return Sign("import mxnet", True, "works and adds up")
    last = (done.stderr.strip().splitlines() or ["no message"])[-1]
    fix = f"run `pip install --force-reinstall {MXNET}`"
    if said[:1] == ["False"]:
        fix = "mxnet_compat.pth is not read here: install the autograder with `pip install` into this environment"
    elif "libarmpl" in last:
        fix = "MXNet's wheel for aarch64 needs the Arm Performance Libraries: install them from Arm, free of charge"
    elif ".so" in last:
        fix = "install the system library that it names; on Debian and Ubuntu `apt-get install libgomp1 libquadmath0`"
    elif "bool" in last or "numpy" in last:
        tested = PYTHONS.get(sys.version_info[:2], "1.26.4")
        fix = f"NumPy and MXNet don't fit: run `pip install --force-reinstall --no-deps numpy=={tested} mxnet==1.9.1`"
    return Sign("import mxnet", False, last[:200], fix)


def _kernel() -> Sign:
    """See whether Jupyter's Python kernel is this interpreter."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel  # noqa: PLC0415 - slow

    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Sign(
            "Jupyter kernel", False, "there is no python3 kernel", "run `python -m ipykernel install --sys-prefix`"
        )
    target = spec.argv[0] if spec.argv else ""
    here = {sys.executable, "python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}"}
    if target in here or (Path(target).exists() and _prefix(target) == sys.prefix):
        return Sign("Jupyter kernel", True, "python3 is this Python")
    told = f"python3 is another Python ({_short(target)}), without this autograder perhaps"
    return Sign("Jupyter kernel", False, told, f"run `{_short(sys.executable)} -m ipykernel install --sys-prefix`")


def _prefix(python: str) -> str:
    done = subprocess.run([python, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip()


def _cases(folder: Path) -> Iterator[Sign]:
    """Look at the public checks of every assignment that a notebook here may be of."""
    what = "public checks"
    fix = "keep the notebook in the assignment's folder, or get that again"
    known = choosing.candidates(folder)
    for candidate in known:
        found = candidate.found
        if isinstance(found, CourseError):
            yield Sign(what, False, clean(str(found), MAX_TOLD), fix)
        else:
            yield Sign(what, True, f"{len(found.items)} of {found.assignment}")
    released = {candidate.name for candidate in known}
    for name in _assignments(folder):
        if name not in released:
            yield Sign(what, False, f"none of {name} are here", f"run `autograder release {name}`, or get them again")
    if not known and not _assignments(folder):
        yield Sign(what, False, f"there are none here ({casefile.FILE})", fix)


def _assignments(folder: Path) -> tuple[str, ...]:
    """Return the assignments that a course.yaml here or above lists, where one can be read."""
    try:
        return tuple(courses.load(courses.find_root(folder)).assignments)
    except CourseError:
        return ()


def _data(folder: Path) -> Sign:
    try:
        near = dataset.near(folder)
    except CourseError as error:
        return Sign("MNIST", False, clean(str(error), MAX_TOLD), "put the course's data/mnist folder there")
    try:
        loaded = mnist.load(near)
    except CourseError as error:
        return Sign("MNIST", False, clean(str(error), MAX_TOLD), "copy data/mnist from the course again")
    return Sign("MNIST", True, f"{len(loaded.train_images)} + {len(loaded.test_images)} images, checksums right")


def _instructor(root: Path) -> Iterator[Sign]:
    try:
        settings = courses.load(root)
    except CourseError as error:
        yield Sign("course.yaml", False, str(error), "correct the file")
        return
    yield Sign("course.yaml", True, f"{settings.course}: {', '.join(settings.assignments)}")
    for level in ("bubblewrap", "landlock"):
        yield _level(level)
    try:
        isolation = walls.detect(settings.isolation)
        server = WorkerServer(isolation, root / settings.data, gpu=not settings.device.startswith("cpu"))
    except MachineError as error:
        yield Sign("isolation", False, str(error), "see docs/instructors.md")
        return
    yield Sign("isolation", True, f"grading will use {isolation.name}")
    yield from _pages(root, settings)
    if not _has_data(root / settings.data):
        server.close()
        return
    yield _try(lambda: f"{device.resolve(settings.device, server.start())}", "device", server)


def _pages(root: Path, settings: courses.Course) -> Iterator[Sign]:
    """Look at the page of checks of every assignment."""
    for name in settings.assignments:
        try:
            found = suite.prepare(root, settings, name)
        except CourseError as error:
            yield Sign(f"checks of {name}", False, clean(str(error), MAX_TOLD), "correct the file that is named")
        else:
            yield Sign(f"checks of {name}", True, f"{len(found.items)} checks")


def _has_data(folder: Path) -> bool:
    """Tell whether a worker server can be started with the data; if not, that has been said."""
    try:
        mnist.load(folder)
    except CourseError:
        return False
    return True


def _level(level: str) -> Sign:
    try:
        return Sign(f"isolation: {level}", True, f"{walls.detect(level).name} holds")
    except MachineError as error:
        return Sign(f"isolation: {level}", None, str(error))


def _try(act: Callable[[], str], what: str, server: WorkerServer) -> Sign:
    try:
        return Sign(what, True, act())
    except (CourseError, MachineError) as error:
        return Sign(what, False, str(error), "correct `device` in course.yaml")
    finally:
        server.close()


def _short(path: str) -> str:
    """Write a path as short as it can be understood: relative where it is below the working directory."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path


def as_json(signs: list[Sign]) -> str:
    """Return the signs as one JSON array."""
    return json.dumps([{"what": s.what, "ok": s.ok, "told": s.told, "fix": s.fix} for s in signs], indent=1)
