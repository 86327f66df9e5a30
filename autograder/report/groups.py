"""groups.csv beside course.yaml: who hands in together. One submission is graded; exports have each member's row."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder.errors import CourseError
from autograder.result import Result

FILE = "groups.csv"


def read(path: Path) -> dict[str, tuple[str, ...]]:
    """Read the members of each group, by the name of the group's folder. Raises `CourseError`."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: cannot be read ({error})") from None
    first = text.split("\n", 1)[0]
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    columns = {(name or "").strip().casefold(): name for name in table.fieldnames or ()}
    missing = [name for name in ("group", "student") if name not in columns]
    if missing:
        raise CourseError(f"{path}: has no column {missing[0]!r}: write a line `group,student`, then one a member")
    found: dict[str, list[str]] = {}
    for number, row in enumerate(table, start=2):
        group, student = ((row[columns[name]] or "").strip() for name in ("group", "student"))
        if not group and not student:
            continue
        if not group or not student:
            raise CourseError(f"{path}: line {number}: write a group and a student")
        found.setdefault(group, []).append(student)
    return {group: tuple(dict.fromkeys(members)) for group, members in found.items()}


def expanded(results: Sequence[Result], groups: dict[str, tuple[str, ...]]) -> list[Result]:
    """Return a result for each member of a group, and those of all others as they are.

    Raises `CourseError` where a student would have two of one assignment: which counts, nobody has said.
    """
    found: list[Result] = []
    owners: dict[tuple[str, str], Result] = {}
    for result in results:
        for member in groups.get(result.student, (result.student,)):
            other = owners.setdefault((member, result.assignment), result)
            if other is not result and groups:
                raise CourseError(
                    f"{member} has two results of {result.assignment}, by {FILE}: that of {other.student} and that of "
                    f"{result.student}; remove one, and grade with --only"
                )
            found.append(msgspec.structs.replace(result, student=member))
    return found
