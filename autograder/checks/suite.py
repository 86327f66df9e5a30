"""An assignment made ready to judge with: its checks with every case drawn, and its training run planned.

All randomness is drawn here, from the course's seed and the check's name, once for all submissions. The cases that
are released to students come from a seed of their own: a table of them answers nothing that is graded.
"""

import errno
import hashlib
import hmac
import importlib
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.machinery import FileFinder, SourceFileLoader
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import numpy as np

from autograder import blas
from autograder.checks import rules, training, vocabulary
from autograder.checks.vocabulary import Case, Check, Train
from autograder.course import mnist
from autograder.course.settings import Assignment, Course, in_order
from autograder.errors import CourseError
from autograder.result import clean

PUBLIC_SEED = 0  # what is released is drawn from it: the same in every course, and in none what is graded


@dataclass(frozen=True)
class Item:
    """One check and its cases."""

    check: Check
    cases: tuple[Case | Train, ...]


def _as_it_is(item: Item) -> Item:
    return item


@dataclass(frozen=True)
class Suite:
    """Everything that judging a submission of one assignment needs."""

    name: str
    course: Course
    assignment: Assignment
    items: tuple[Item, ...]
    plan: training.Plan | None
    trains: tuple[str, ...] = ()  # the exercises that are no functions: what they are about is the training run
    untried: Mapping[str, str] = field(default_factory=dict)  # exercises that cannot be checked here, and why
    diagnose: Callable[[Item], Item] = field(default=_as_it_is, compare=False)  # adds what known mistakes would give

    def of(self, exercise: str) -> tuple[Item, ...]:
        """Return the items of one exercise."""
        return tuple(item for item in self.items if item.check.exercise == exercise)

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions that students write, in order."""
        return tuple(name for name in self.assignment.exercises if name not in self.trains)

    @property
    def in_order(self) -> tuple[str, ...]:
        """Every exercise, after those that it needs."""
        return in_order({name: e.needs for name, e in self.assignment.exercises.items()})


def prepare(root: Path, course: Course, name: str) -> Suite:
    """Load an assignment's checks and draw all their cases. What is wrong with them is a `CourseError`."""
    if course.seed == PUBLIC_SEED:
        raise CourseError(
            f"{root / 'course.yaml'}: seed: {PUBLIC_SEED} is what the released cases are drawn from: choose another"
        )
    return _drawn(root, course, name, course.seed)


def released(root: Path, course: Course, name: str) -> Suite:
    """Draw an assignment as it is released: the same checks and the same kind of training, from the public seed."""
    return _drawn(root, course, name, PUBLIC_SEED)


def _drawn(root: Path, course: Course, name: str, seed: int) -> Suite:
    blas.one_thread()  # whoever draws an exam judges by it: `grade`, nbgrader's commands, a Dask worker, an author
    if name not in course.assignments:
        known = ", ".join(course.assignments) or "none"
        raise CourseError(f"{root / 'course.yaml'}: there is no assignment {name!r}; there are: {known}")
    assignment = course.assignments[name]
    folder = root / "solutions" / name
    page = _import(folder, "checks")
    found = vocabulary.collect(page)
    fault = rules.fault_of_page((folder / "checks.py").read_bytes(), found)
    if fault is not None:
        raise CourseError(f"{folder / 'checks.py'}: {fault}")
    found = _with_points(found, assignment, root, name)
    items = tuple(Item(check, _draw(check, seed, name, folder)) for check in found)
    where = f"{root / 'course.yaml'}: assignments.{name}"
    trains = rules.exercises_that_train(where, [(item.check.exercise, item.cases) for item in items])
    rules.refuse_exercises(where, assignment, trains)
    return Suite(name, course, assignment, items, _plan(root, course, name, seed), trains)


def files_of(folder: Path) -> list[Path]:
    """List what judging an assignment depends on, in `solutions/<id>`: its pages, its solution, its known mistakes."""
    return sorted([*folder.glob("*.py"), *folder.glob("*.ipynb"), *folder.glob("mistakes/*/*.py")])


def reference_of(root: Path, name: str) -> ModuleType:
    """Import an assignment's reference. Raises `CourseError`."""
    return _import(root / "solutions" / name, "reference")


def _plan(root: Path, course: Course, name: str, seed: int) -> training.Plan | None:
    settings = course.assignments[name].training
    if settings is None:
        return None
    data = mnist.load(root / course.data)
    reference = reference_of(root, name)
    made = training.plan(settings, data, reference, _generator(seed, name, "training"))
    _reachable(made, root, name)
    return made


def _draw(check: Check, seed: int, name: str, folder: Path) -> tuple[Case | Train, ...]:
    rng = _generator(seed, name, check.name)
    where = f"{folder / 'checks.py'}: the check {check.name}"
    try:
        cases = tuple(islice(check.cases(rng), rules.MAX_CASES + 1))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        told = clean(f"{type(error).__name__}: {error}")
        raise CourseError(f"{where} yields no cases ({told}): fix it") from error
    fault = rules.fault_of_check(check, cases)
    if fault is not None:
        raise CourseError(f"{where} {clean(fault)}")
    return cases


def _reachable(plan: training.Plan, root: Path, name: str) -> None:
    """Refuse to ask for more than the reference reaches: nobody could earn it."""
    asked, reached = plan.settings.min_test_accuracy, plan.test_accuracy
    if reached < asked:
        raise CourseError(
            f"{root / 'course.yaml'}: assignments.{name}.training.min_test_accuracy is {asked:g}, but the reference "
            f"reaches {reached:.4f}: ask for less, or train longer"
        )


def _generator(seed: int, *names: str) -> np.random.Generator:
    """Return a generator of its own for each name, so that adding a check changes no other.

    A submission sees what was drawn for a check. From that the generator's state can be computed, and from its state
    what NumPy seeded it with: so that is the hash of the names with the seed as the key, which leads no further back,
    neither to the seed nor to another name's. The public seed is no secret, and what it draws has been released.
    """
    if seed == PUBLIC_SEED:
        return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])
    key = seed.to_bytes((seed.bit_length() + 7) // 8)
    return np.random.default_rng(int.from_bytes(hmac.digest(key, "\0".join(names).encode(), "sha256")))


def _import(folder: Path, module: str) -> ModuleType:
    """Import `folder`/`module`.py as part of a package of its own, so that it can import its neighbours.

    The package's name holds a digest of the files: a process that lives long must not judge by an older edition.
    """
    if not (folder / f"{module}.py").is_file():
        raise CourseError(f"{folder / module}.py is missing: an assignment has its {module} there")
    course_digest = hashlib.sha256(str(folder.resolve()).encode())
    for page in sorted(folder.glob("*.py")):
        try:
            course_digest.update(page.name.encode() + b"\0" + page.read_bytes() + b"\0")
        except OSError as error:
            raise CourseError(
                f"{page}: cannot be read ({error.strerror}); let the user who runs this read it"
            ) from None
    package = "course_" + course_digest.hexdigest()[:16]
    if package not in sys.modules:
        parent = ModuleType(package)
        parent.__path__ = [str(folder)]
        # Compiled code beside a page is taken for it while size and second agree: an edit may agree in both.
        sys.path_importer_cache[str(folder)] = FileFinder(str(folder), (_FromSource, [".py"]))
        sys.modules[package] = parent
    try:
        return importlib.import_module(f"{package}.{module}")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        told = clean(f"{type(error).__name__}: {error}")
        raise CourseError(f"{folder / module}.py cannot be imported: {told}") from error


class _FromSource(SourceFileLoader):
    """Compiles what the file holds now: neither reads nor writes compiled code."""

    def path_stats(self, path: str) -> NoReturn:
        raise OSError(errno.ENOENT, "none is wanted", path)


def _with_points(found: tuple[Check, ...], assignment: Assignment, root: Path, name: str) -> tuple[Check, ...]:
    """Share the points of each exercise among its checks, by their weights. Raises `CourseError`."""
    page = root / "solutions" / name / "checks.py"
    for check in found:
        if check.name == rules.FORBIDDEN:
            raise CourseError(f"{page}: the name {check.name} belongs to what `forbid` costs: choose another")
        if check.exercise not in assignment.exercises:
            raise CourseError(f"{page}: the check {check.name} names an unknown exercise {check.exercise!r}")
    shares: dict[str, float] = {}
    for exercise, settings in assignment.exercises.items():
        mine = [check for check in found if check.exercise == exercise]
        total = sum(check.points for check in mine)
        weighted = total > 0 and all(check.weighted for check in mine if not check.note)
        if not weighted and abs(total - settings.points) > 1e-9:
            raise CourseError(
                f"{page}: the checks of {exercise} add up to {total:g} points, but course.yaml gives it "
                f"{settings.points:g} (assignments.{name}.exercises.{exercise}.points): make them agree"
            )
        shares[exercise] = settings.points / total if weighted else 1.0
    return tuple(replace(check, points=check.points * shares[check.exercise]) for check in found)
