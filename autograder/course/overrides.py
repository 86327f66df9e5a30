"""overrides.yaml beside course.yaml: points that the instructor gives in place of judged ones, kept over regrades.

A list of `{student, exercise, points, reason}`, with `assignment` where several have an exercise of that name. The
judged score stays beside it, in a note.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import yaml

from autograder.course import strict_yaml
from autograder.course.notes import noted
from autograder.course.settings import Course, Section
from autograder.errors import CourseError
from autograder.result import ExerciseResult, NoteKind, Result

FILE = "overrides.yaml"


class Override(Section, frozen=True):
    """One student's points for one exercise."""

    student: str
    exercise: str
    points: Annotated[float, msgspec.Meta(ge=0, le=1e9)]
    reason: Annotated[str, msgspec.Meta(min_length=1)]
    assignment: str | None = None


def load(root: Path, course: Course) -> tuple[Override, ...]:
    """Read overrides.yaml, if there is one. Raises `CourseError`, which names the entry."""
    path = root / FILE
    try:
        entries = strict_yaml.read(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: cannot be read ({error})") from None
    except yaml.YAMLError as error:
        raise CourseError(f"{path}: not valid YAML: {strict_yaml.place(error)}") from None
    if not isinstance(entries, list):
        raise CourseError(f"{path}: write a list, each entry with student, exercise, points and reason")
    return tuple(_entry(entry, f"{path}: entry {number}", course) for number, entry in enumerate(entries, start=1))


def _entry(entry: object, where: str, course: Course) -> Override:
    try:
        found = msgspec.convert(entry, Override)
    except msgspec.ValidationError as error:
        raise CourseError(f"{where}: {error}; it has student, exercise, points, reason, and maybe assignment") from None
    known = [n for n, a in course.assignments.items() if found.exercise in a.exercises]
    names = [n for n in known if found.assignment in (None, n)]
    if not names:
        told = f" of {found.assignment}" if found.assignment else ""
        raise CourseError(f"{where}: exercise: there is no exercise {found.exercise!r}{told} in course.yaml")
    if len(names) > 1:
        raise CourseError(f"{where}: {found.exercise!r} is in {', '.join(names)}: add `assignment:`")
    most = course.assignments[names[0]].exercises[found.exercise].points
    if found.points > most:
        raise CourseError(f"{where}: points: {found.points:g} is more than the {most:g} that {found.exercise} has")
    return msgspec.structs.replace(found, assignment=names[0])


def applied(
    results: Sequence[Result], overrides: Sequence[Override], course: Course, warn: Callable[[str], None]
) -> list[Result]:
    """Return results with their overrides; `warn` is told of an ungraded one, which keeps none."""
    return [_applied(r, [o for o in overrides if _is_for(o, r)], course, warn) for r in results]


def strangers(overrides: Sequence[Override], results: Sequence[Result]) -> list[str]:
    """Name the students of overrides who have no result, of the assignments that the results are of."""
    assignments = {r.assignment for r in results}
    return [o.student for o in overrides if o.assignment in assignments and not any(_is_for(o, r) for r in results)]


def _is_for(override: Override, result: Result) -> bool:
    return (override.student, override.assignment) == (result.student, result.assignment)


def _applied(result: Result, own: Sequence[Override], course: Course, warn: Callable[[str], None]) -> Result:
    if not own or result.score is None:
        if own:
            warn(f"{result.student}: ungraded, so what {FILE} gives is not counted yet")
        return result
    exercises = {e.name: e for e in result.exercises}
    for name, settings in course.assignments[result.assignment].exercises.items():  # an unreadable file has none
        blank = ExerciseResult(name=name, score=0.0, max_score=settings.points, attempted=False, checks=())
        exercises.setdefault(name, blank)
    told = []
    for one in own:
        before = exercises[one.exercise]
        exercises[one.exercise] = msgspec.structs.replace(before, score=one.points)
        told.append(f"{one.exercise}: {one.points:g} points by the instructor, judged {before.score:g}: {one.reason}")
    score = round(sum(e.score for e in exercises.values()), 6)
    changed = msgspec.structs.replace(result, exercises=tuple(exercises.values()), score=score)
    return noted(changed, NoteKind.OVERRIDE, *told)
