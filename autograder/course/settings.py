"""course.yaml, loaded strictly: a wrong key, type or value is one `CourseError` that says where and what to do."""

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
import yaml

from autograder.course import seeds, strict_yaml
from autograder.errors import CourseError
from autograder.result import clean

FILE = "course.yaml"
MAX_BYTES = 1 << 20  # of the file; every key and value of a large course takes some ten thousand
_NO_ZONE = "late.timezone: there is no time zone {!r}; write one such as Europe/Berlin"
MAX_SENTENCE = 1000  # characters of what is said about it: a wrong value may be as long as the file

Positive = Annotated[float, msgspec.Meta(gt=0, le=1e9)]  # YAML knows infinity
NotNegative = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every section of course.yaml."""


class Limits(Section, frozen=True):
    """What one submission may use. Each limit that is hit has its own verdict."""

    import_seconds: Positive = 10.0
    notebook_seconds: Positive = 20.0  # for the whole notebook, where its definitions alone don't import
    call_seconds: Positive = 5.0
    training_seconds: Positive = 60.0
    submission_seconds: Positive = 120.0
    memory_mb: Annotated[int, msgspec.Meta(ge=1024)] = 6144  # address space; MXNet alone maps about 500
    file_mb: Count = 16
    open_files: Annotated[int, msgspec.Meta(ge=16)] = 64
    notebook_mb: Count = 64


class Exercise(Section, frozen=True):
    """One exercise: a function that the student writes, or a training run, as its checks say."""

    points: Positive
    needs: tuple[str, ...] = ()  # exercises that are judged before it, and blamed where it fails with them
    # Library names that it must do without: a list, whose use is noted, or by name the points that a use costs.
    forbid: dict[str, NotNegative] | tuple[str, ...] = ()

    @property
    def costs(self) -> dict[str, float]:
        """What the use of each forbidden name costs, in points."""
        return self.forbid if isinstance(self.forbid, dict) else dict.fromkeys(self.forbid, 0.0)


class Training(Section, frozen=True):
    """How the judge trains with the student's functions, and what it asks of the parameters."""

    batch_size: Count
    epochs: Count
    lr: Positive
    initial_scale: Positive  # standard deviation of the initial weights
    followed_steps: Count  # first steps that are compared one by one
    step_tolerance: Share  # |moved - reference's move| / |reference's move| in these steps
    path_tolerance: Share  # the same at every later snapshot
    loss_band: Share  # |loss - reference's loss| / reference's loss
    min_test_accuracy: Share


class Assignment(Section, frozen=True):
    """One assignment: what it is worth, its exercises in order, and its training."""

    title: str
    points: Positive
    exercises: dict[str, Exercise]
    training: Training | None = None
    # When students see hidden checks on Gradescope: see its "Autograder Specifications".
    gradescope_hidden: Literal["visible", "after_due_date", "after_published", "hidden"] = "visible"


class LateRules(Section, frozen=True):
    """What is taken off work that comes after its deadline: see `late`."""

    deadlines: dict[str, Annotated[datetime, msgspec.Meta(tz=True)]]  # by assignment
    grace_minutes: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    penalty_per_day: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0  # share of the points earned, a started day
    cut_off_days: Count | None = None  # later than this, nothing is left
    timezone: str | None = None  # whose calendar counts the days, such as Europe/Berlin; without, a day has 24 hours
    # A student's own deadline, by assignment and by the name of the student's folder.
    extensions: dict[str, dict[str, Annotated[datetime, msgspec.Meta(tz=True)]]] = {}


class Course(Section, frozen=True):
    """The whole file."""

    course: str
    device: Annotated[str, msgspec.Meta(pattern=r"^(auto|(cpu|gpu)(\([0-9]{1,2}\))?)\Z")]
    seed: Annotated[int, msgspec.Meta(ge=0)]
    data: str
    assignments: dict[str, Assignment]
    limits: Limits = Limits()
    isolation: Literal["auto", "bubblewrap", "landlock", "none"] = "auto"
    late: LateRules | None = None


def in_order(needs: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return exercises, each after those that it needs, else as they stand; one that needs itself, at any remove, last.

    `needs` holds every exercise.
    """
    left, done = list(needs), list[str]()
    while left:
        ready = [name for name in left if not set(needs[name]).intersection(left)]
        if not ready:
            break
        done.append(ready[0])
        left.remove(ready[0])
    return (*done, *left)


def _in_a_circle(needs: Mapping[str, Sequence[str]]) -> str | None:
    """Return an exercise that needs itself, at any remove."""
    order = in_order(needs)
    return next((n for i, n in enumerate(order) if set(needs[n]).intersection(order[i:])), None)


def find_root(start: Path) -> Path:
    """Return the nearest folder at or above `start` that holds a course.yaml."""
    if not _is_folder(start):
        raise CourseError(f"{start}: there is no such folder; name the course's folder with --course")
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / FILE).is_file():
            return folder
    raise CourseError(f"no {FILE} in {start} or above it: go to the course's folder, or name it with --course")


def load(root: Path) -> Course:
    """Load `root`/course.yaml and check what one file alone can show. Raises `CourseError`, in one line of text."""
    try:
        return _load(root)
    except CourseError as error:
        raise CourseError(clean(str(error), MAX_SENTENCE)) from None


def _load(root: Path) -> Course:
    path = root / FILE
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            raise CourseError(f"{path}: is larger than {MAX_BYTES >> 20} MiB: that is no course file")
        tree = strict_yaml.read(raw.decode("utf-8"))
        if isinstance(tree, dict) and "seed" in tree:
            tree["seed"] = seeds.number(tree["seed"], str(path))
        course = msgspec.convert(tree, Course)
    except FileNotFoundError:
        raise CourseError(f"{path}: no such file; name the course's folder with --course") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: cannot be read ({error})") from None
    except UnicodeEncodeError:  # "\\ud800" between double quotes
        raise CourseError(f"{path}: holds half a character, written with \\u; write the character itself") from None
    except yaml.YAMLError as error:
        raise CourseError(f"{path}: not valid YAML: {strict_yaml.place(error)}") from None
    except msgspec.ValidationError as error:
        raise CourseError(f"{path}: {_explain(str(error), tree)}") from None
    _check(course, path, root)
    return course


def _check(course: Course, path: Path, root: Path) -> None:
    if not _is_folder(root / course.data):
        raise CourseError(f"{path}: data: there is no folder {course.data!r} beside it; put the data set there")
    if course.late is not None:
        _check_late(course.late, course, path)
    for name, assignment in course.assignments.items():
        where = f"{path}: assignments.{name}"
        if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
            raise CourseError(f"{where}: use letters, digits, _ and - in an assignment's name")
        _check_exercises(assignment, where)
        total = sum(e.points for e in assignment.exercises.values())
        if abs(total - assignment.points) > 1e-9:
            raise CourseError(
                f"{where}.points is {assignment.points:g}, but its exercises add up to {total:g}: make them agree"
            )


def _check_late(late: LateRules, course: Course, path: Path) -> None:
    for key, names in (("deadlines", late.deadlines), ("extensions", late.extensions)):
        for name in names:
            if name not in course.assignments:
                known = ", ".join(course.assignments)
                raise CourseError(f"{path}: late.{key}: there is no assignment {name!r}; there are: {known}")
    for name in late.extensions:
        if name not in late.deadlines:
            raise CourseError(f"{path}: late.extensions.{name}: late.deadlines has none for it; add one")
    if late.timezone is not None:
        try:
            ZoneInfo(late.timezone)
        except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
            raise CourseError(f"{path}: {_NO_ZONE.format(late.timezone)}") from None


def _check_exercises(assignment: Assignment, where: str) -> None:
    if not assignment.exercises:
        raise CourseError(f"{where}.exercises: there are none; write at least one")
    for exercise, settings in assignment.exercises.items():
        _check_forbidden(settings, f"{where}.exercises.{exercise}")
        for need in settings.needs:
            if need not in assignment.exercises:
                known = ", ".join(assignment.exercises)
                raise CourseError(
                    f"{where}.exercises.{exercise}.needs: there is no exercise {need!r}; there are: {known}"
                )
    circle = _in_a_circle({exercise: e.needs for exercise, e in assignment.exercises.items()})
    if circle is not None:
        raise CourseError(f"{where}.exercises.{circle}.needs: it needs itself, by way of what it needs: break that")
    named = assignment.exercises.get("training")  # one of another name is seen by its checks, in `rules`
    if named is not None and named.forbid:
        raise CourseError(
            f"{where}.exercises.training.forbid: it is no function; forbid names in the exercises that it needs"
        )
    if named is not None and assignment.training is None:
        raise CourseError(f"{where}: has an exercise `training` but no `training:` settings; add them")


def _check_forbidden(exercise: Exercise, where: str) -> None:
    for name, cost in exercise.costs.items():
        if not re.fullmatch(r"\.?[A-Za-z_]\w*|[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", name):
            raise CourseError(f"{where}.forbid: {name!r} is no name: write nd.softmax, mx.metric, or .softmax")
        if cost > exercise.points:
            raise CourseError(
                f"{where}.forbid: {name} costs {cost:g}, but the exercise has {exercise.points:g} points: ask for less"
            )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long, a folder on the way that may not be entered
        return False


def _explain(message: str, tree: Any) -> str:
    """Turn msgspec's message about `tree` into: key: what is wrong; the fix."""
    text, _, place = message.partition(" - at `$")
    keys = place.rstrip("`").lstrip(".").replace("[...]", ".*").split(".")
    try:
        key = _located(tree, keys, message) or "top level"
    except (AttributeError, LookupError, TypeError):  # a key that has a dot in it leads nowhere
        key = ".".join(keys)
    unknown = re.match(r"Object contains unknown field `(.+)`", text)
    if unknown:
        known = _keys_at(key)
        close = difflib.get_close_matches(unknown[1], known, 1)
        fix = f"did you mean `{close[0]}`?" if close else f"known keys are {', '.join(known)}"
        return f"{key}: unknown key `{unknown[1]}`; {fix}"
    missing = re.match(r"Object missing required field `(.+)`", text)
    if missing:
        return f"{key}: the key `{missing[1]}` is missing; add it"
    if key == "device" and "regex" in text:
        return "device: use cpu, cpu(N), gpu, gpu(N) or auto"
    if key.startswith(("late.deadlines", "late.extensions")):
        return f"{key}: write a date and a time with its zone, such as 2026-12-01T23:59:00+01:00"
    return f"{key}: {text[0].lower()}{text[1:]}; correct the value"


def _located(tree: Any, keys: list[str], message: str) -> str:
    """Fill in each `*` of a path: msgspec doesn't say which entry it is, so see which one alone gives the message."""
    for depth, key in enumerate(keys):
        if key == "*":
            for name, entry in _at(tree, keys[:depth]).items():
                alone = _with(tree, keys[:depth], {name: entry})
                if _fault(alone) == message:
                    keys[depth], tree = name, alone
                    break
    return ".".join(keys)


def _at(tree: Any, keys: list[str]) -> Any:
    return _at(tree[keys[0]], keys[1:]) if keys else tree


def _with(tree: Any, keys: list[str], value: Any) -> Any:
    return {**tree, keys[0]: _with(tree[keys[0]], keys[1:], value)} if keys else value


def _fault(tree: Any) -> str | None:
    try:
        msgspec.convert(tree, Course)
    except msgspec.ValidationError as error:
        return str(error)
    return None


def _keys_at(key: str) -> list[str]:
    """List the keys that the section at `key` knows."""
    section: type[Section] = Course
    if key.startswith("limits"):
        section = Limits
    elif key.startswith("late"):
        section = LateRules
    elif re.fullmatch(r"assignments\..+\.exercises\..+", key):
        section = Exercise
    elif re.fullmatch(r"assignments\..+\.training", key):
        section = Training
    elif key.startswith("assignments"):
        section = Assignment
    return [field.name for field in msgspec.structs.fields(section)]
