"""overrides.yaml: points by hand stand in place of judged ones, and the judged ones beside them."""

from pathlib import Path

import msgspec
import pytest

from autograder.course import overrides, settings
from autograder.errors import CourseError
from autograder.result import ExerciseResult, NoteKind, Result
from tests import small
from tests.grading.test_merging import result


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small course."""
    return small.course(tmp_path)


def judged(student: str, **changes: object) -> Result:
    """Return a result of the small course: one exercise of two points, failed."""
    failed = ExerciseResult(name="f", score=0.0, max_score=2.0, attempted=True, checks=())
    return msgspec.structs.replace(
        result(student, 0.0, "doubling"), **({"exercises": (failed,), "max_score": 2.0} | changes)
    )


def applied(root: Path, text: str, *results: Result) -> tuple[list[Result], list[str]]:
    """Apply an overrides.yaml of this text; return the results and what was told."""
    (root / overrides.FILE).write_text(text)
    course, said = settings.load(root), list[str]()
    return overrides.applied(results, overrides.load(root, course), course, said.append), said


def test_points_by_hand_count_and_the_judged_ones_are_told(root: Path) -> None:
    """Of that student alone; the same with each regrade, for results are made anew and these are not."""
    (anna, ben), said = applied(
        root, "- {student: anna, exercise: f, points: 1.5, reason: a typing error}", judged("anna"), judged("ben")
    )

    assert (anna.score, anna.exercises[0].score, ben) == (1.5, 1.5, judged("ben"))
    assert [(n.kind, n.text) for n in anna.notes] == [
        (NoteKind.OVERRIDE, "f: 1.5 points by the instructor, judged 0: a typing error")
    ]
    assert said == []


def test_an_unreadable_file_may_be_given_points_an_ungraded_one_not_yet(root: Path) -> None:
    """The one has a score of zero, the other has none."""
    text = "- {student: anna, exercise: f, points: 1, reason: shown to me}"
    (anna,), _ = applied(root, text, judged("anna", status="invalid", exercises=()))
    assert (anna.score, [e.score for e in anna.exercises]) == (1.0, [1.0])
    (anna,), said = applied(root, text, judged("anna", status="ungraded", score=None))
    assert (anna.score, said) == (None, ["anna: ungraded, so what overrides.yaml gives is not counted yet"])


def test_who_has_no_result_is_named(root: Path) -> None:
    """A name that nobody's folder has."""
    (root / overrides.FILE).write_text("- {student: ana, exercise: f, points: 1, reason: x}")
    given = overrides.load(root, settings.load(root))

    assert overrides.strangers(given, [judged("anna")]) == ["ana"]
    assert overrides.strangers(given, [judged("ana")]) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("student: anna", "write a list, each entry with student, exercise, points and reason"),
        ("- {student: anna, exercise: g, points: 1, reason: x}", "entry 1: exercise: there is no exercise 'g'"),
        ("- {student: anna, exercise: f, points: 3, reason: x}", "entry 1: points: 3 is more than the 2 that f has"),
        ("- {student: anna, exercise: f, points: -1, reason: x}", "entry 1: "),
        ("- {student: anna, exercise: f, points: 1}", "missing required field `reason`"),
        ("- {student: anna, exercise: f, point: 1, reason: x}", "unknown field `point`"),
        ("- [", "not valid YAML"),
    ],
)
def test_a_wrong_entry_is_one_sentence(root: Path, text: str, sentence: str) -> None:
    """With the file and the entry; nothing is graded with half of them."""
    with pytest.raises(CourseError, match=r"overrides\.yaml") as error:
        applied(root, text)
    assert sentence in str(error.value)
