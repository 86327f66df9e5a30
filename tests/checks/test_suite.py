"""An exam: drawn once from the seed, agreeing with course.yaml, and able to tell every mistake from what is right."""

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from autograder import wire
from autograder.checks import Case, suite
from autograder.checks.suite import Suite, prepare, released
from autograder.course.settings import Course
from autograder.course.settings import load as load_course
from autograder.errors import CourseError
from autograder.judging.assess import assess
from tests.making import ASSIGNMENT, right_answer

ROOT = Path(__file__).parents[2]
SEEDS = range(20)

PAGE = '''
from autograder.checks import call, check, close_to

@check(exercise="f", points=2)
def doubles(rng):
    """f doubles its argument."""
    x = rng.normal(size=3)
    yield call("f", x, expect=close_to(2 * x))
'''
COURSE = """
course: Test
device: cpu
seed: 170141183460469231731687303715884105728
data: data
assignments:
  a: {title: A, points: 2, exercises: {f: {points: 2}}}
"""


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Suite]:
    """Prepare the exam of a small course, with another page of checks or another course.yaml."""

    def prepare_one(page: str = PAGE, settings: str = COURSE) -> Suite:
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "solutions" / "a").mkdir(parents=True, exist_ok=True)
        (tmp_path / "course.yaml").write_text(settings)
        (tmp_path / "solutions" / "a" / "checks.py").write_text(page)
        return prepare(tmp_path, load_course(tmp_path), "a")

    return prepare_one


def cases_of(an_exam: Suite, *, hidden: bool) -> dict[str, tuple[bytes, ...]]:
    """Return the bytes of all inputs, check by check."""
    return {
        item.check.name: tuple(a.tobytes() for case in item.cases if isinstance(case, Case) for a in case.arrays)
        for item in an_exam.items
        if item.check.hidden == hidden
    }


@pytest.fixture(scope="module")
def drawn(the_course: Course) -> list[tuple[suite.Item, ...]]:
    """The items of softmax regression for many seeds, without their training."""
    page = suite._import(ROOT / "solutions" / ASSIGNMENT, "checks")
    found = suite.vocabulary.collect(page)
    folder = ROOT / "solutions" / ASSIGNMENT
    return [
        tuple(suite.Item(c, suite._draw(c, seed if c.hidden else seed + 1000, ASSIGNMENT, folder)) for c in found)
        for seed in SEEDS
    ]


# --- the shipped assignment -------------------------------------------------------------------------------------


def test_points_agree_with_the_course(the_suite: Suite) -> None:
    """Each exercise's checks add up to what course.yaml gives it; notes cost nothing."""
    for name, settings in the_suite.assignment.exercises.items():
        assert sum(i.check.points for i in the_suite.of(name)) == pytest.approx(settings.points, abs=1e-9)
        assert all((i.check.points == 0) == i.check.note for i in the_suite.of(name))
    assert the_suite.functions == ("softmax", "cross_entropy", "SGD", "evaluate_accuracy")


def test_checks_have_names_and_titles_of_their_own(the_suite: Suite) -> None:
    """Results are kept by name; two checks with one title could not be told apart by a reader."""
    names, titles = [i.check.name for i in the_suite.items], [i.check.title for i in the_suite.items]
    assert len(set(names)) == len(names)
    assert len(set(titles)) == len(titles)


def test_every_function_has_public_hidden_and_roaming_checks(the_suite: Suite) -> None:
    """No exercise is judged by released inputs alone, and each one away from the default device."""
    for name in the_suite.functions:
        graded = [i.check for i in the_suite.of(name) if not i.check.note]
        assert {c.hidden for c in graded} == {True, False}
        assert any(c.roams for c in graded)


def test_an_exam_is_drawn_the_same_every_time(the_suite: Suite, the_course: Course) -> None:
    """Same seed, same inputs, same order of training, to the byte."""
    again = prepare(ROOT, the_course, ASSIGNMENT)
    for hidden in (True, False):
        assert cases_of(again, hidden=hidden) == cases_of(the_suite, hidden=hidden)
    assert again.plan is not None
    assert the_suite.plan is not None
    assert np.array_equal(again.plan.order, the_suite.plan.order)
    assert np.array_equal(again.plan.start[0], the_suite.plan.start[0])
    assert [s.step for s in again.plan.snapshots] == [s.step for s in the_suite.plan.snapshots]


def test_the_seed_changes_every_case(the_suite: Suite, the_course: Course) -> None:
    """All that is graded is new every term, public checks and the training too."""
    other = prepare(ROOT, msgspec.structs.replace(the_course, seed=the_course.seed + 1), ASSIGNMENT)
    for hidden in (True, False):
        before, after = cases_of(the_suite, hidden=hidden), cases_of(other, hidden=hidden)
        assert before.keys() == after.keys()
        for name, inputs in before.items():
            assert inputs != after[name] or not inputs, name  # training has no inputs of its own
            assert not set(inputs) & {a for a in after[name] if len(a) > 64}, name
    assert other.plan is not None
    assert the_suite.plan is not None
    assert not np.array_equal(other.plan.order, the_suite.plan.order)
    assert not np.array_equal(other.plan.start[0], the_suite.plan.start[0])


def test_what_is_released_is_the_same_in_every_course(the_course: Course) -> None:
    """The public seed draws it: a course may change its own seed after release."""
    one = released(ROOT, the_course, ASSIGNMENT)
    other = released(ROOT, msgspec.structs.replace(the_course, seed=the_course.seed + 1), ASSIGNMENT)
    assert cases_of(one, hidden=False) == cases_of(other, hidden=False)
    assert one.plan is not None
    assert other.plan is not None
    assert np.array_equal(one.plan.order, other.plan.order)


def test_what_is_released_and_what_is_graded_share_no_input(the_suite: Suite, the_course: Course) -> None:
    """A lookup table made of the released inputs answers nothing that is graded, no public check either."""
    given = released(ROOT, the_course, ASSIGNMENT)
    known = {a for inputs in cases_of(given, hidden=False).values() for a in inputs if len(a) > 64}
    for hidden in (True, False):
        assert not known & {a for inputs in cases_of(the_suite, hidden=hidden).values() for a in inputs if len(a) > 64}


def test_the_public_seed_is_no_course_seed(the_course: Course) -> None:
    """A course that grades with what it has released is refused, with the key to change."""
    with pytest.raises(CourseError, match="seed: 0 is what the released cases are drawn from: choose another"):
        prepare(ROOT, msgspec.structs.replace(the_course, seed=0), ASSIGNMENT)


def test_what_is_right_passes_for_every_seed(drawn: list[tuple[suite.Item, ...]]) -> None:
    """The reference's own value, rounded to float32, is right: no tolerance is too tight for it."""
    for items in drawn:
        for item in items:
            for case in item.cases:
                if isinstance(case, Case):
                    assert assess(case, right_answer(case), "cpu(0)") is None, item.check.name


def test_no_mistake_has_the_value_of_what_is_right(drawn: list[tuple[suite.Item, ...]]) -> None:
    """A mistake that equals the right value could never be diagnosed, and would hide the ones after it."""
    for items in drawn:
        for item in items:
            for case in item.cases:
                if isinstance(case, Case):
                    assert not _fitting(case), f"{item.check.name}: {_fitting(case)}"


def _fitting(case: Case) -> list[str]:
    """Return the mistakes by value that fit the right answer in an aspect that they are about."""
    from autograder.checks.expectations import Anything
    from autograder.judging.assess import claim_of

    answer = right_answer(case)
    found = []
    for mistake in case.mistakes:
        parts = [p for p in mistake.parts if not isinstance(p.expect, Anything)]
        claims = [claim_of(p, answer) for p in parts]
        fits = [c is not None and p.expect(c) is None for p, c in zip(parts, claims, strict=True)]
        if parts and (all(fits) if mistake.every else any(fits)):
            found.append(mistake.text)
    return found


def test_inputs_are_float32_and_finite(drawn: list[tuple[suite.Item, ...]]) -> None:
    """Both sides see the same numbers."""
    for items in drawn:
        for item in items:
            for case in item.cases:
                if isinstance(case, Case):
                    assert all(a.dtype == np.float32 and np.isfinite(a).all() for a in case.arrays), item.check.name


# --- a course author's faults -----------------------------------------------------------------------------------


def test_a_small_course_works(made: Callable[..., Suite]) -> None:
    """One check, one case, no training."""
    one = made()
    assert one.plan is None
    assert [(i.check.name, len(i.cases)) for i in one.items] == [("doubles", 1)]
    assert one.items[0].cases[0].request == wire.Call(function="f")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points=2", "points=1", "the checks of f add up to 1 points, but course.yaml gives it 2 (assignments.a.exer"),
        ('exercise="f"', 'exercise="g"', "the check doubles names an unknown exercise 'g'"),
        ('"""f doubles its argument."""', "", "TypeError: the check doubles has no docstring: it is the line that"),
        ("close_to\n", "close_by\n", "ImportError: cannot import name 'close_by'"),
        ("def doubles(rng):", "def doubles(rng:", "cannot be imported: SyntaxError"),
        (
            "rng.normal(size=3)",
            "rng.normal(3, 4, 5, 6)",
            "the check doubles yields no cases (TypeError: normal() takes",
        ),
        ("    yield call", "    return\n    yield call", "the check doubles yields no case: everyone would pass it"),
        (
            "rng):\n",
            "rng, more):\n",
            "the check doubles yields no cases (TypeError: it yields or returns something: a check that is",
        ),
    ],
)
def test_a_wrong_page_of_checks_is_a_course_error(made: Callable[..., Suite], old: str, new: str, said: str) -> None:
    """File, check, and what is wrong; never a traceback."""
    assert old in PAGE
    with pytest.raises(CourseError) as caught:
        made(PAGE.replace(old, new))
    assert "solutions/a/checks.py" in str(caught.value)
    assert said in str(caught.value)


def test_a_missing_page_of_checks_is_a_course_error(made: Callable[..., Suite], tmp_path: Path) -> None:
    """The file that is missing is named."""
    made()
    shutil.rmtree(tmp_path / "solutions")
    with pytest.raises(CourseError, match=r"checks.py is missing: an assignment has its checks there"):
        prepare(tmp_path, load_course(tmp_path), "a")


def test_a_page_that_cannot_be_read_is_a_course_error(made: Callable[..., Suite], tmp_path: Path) -> None:
    """A neighbour of the checks is theirs to import."""
    made()
    (tmp_path / "solutions" / "a" / "folder.py").mkdir()
    with pytest.raises(CourseError, match=r"folder.py: cannot be read \(Is a directory\); let the user who runs"):
        prepare(tmp_path, load_course(tmp_path), "a")


def test_an_unknown_assignment_is_a_course_error(the_course: Course) -> None:
    """The sentence lists those there are."""
    with pytest.raises(CourseError, match="there is no assignment 'cnn'; there are: softmax_regression"):
        prepare(ROOT, the_course, "cnn")


def test_a_changed_page_is_read_again(made: Callable[..., Suite]) -> None:
    """A process that lives long judges by the page as it is now."""
    assert made().items[0].check.title == "f doubles its argument"
    assert (
        made(PAGE.replace('"""f doubles', '"""f really doubles')).items[0].check.title
        == "f really doubles its argument"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"min_test_accuracy": 0.97}, "min_test_accuracy is 0.97, but the reference reaches 0.9"),
        ({"batch_size": 6000}, "1 epochs of batches of 6000 are 10 steps, and at least 14 are needed: make batch_size"),
        ({"batch_size": 100_000}, "are 0 steps, and at least 14 are needed"),
        ({"followed_steps": 295}, "are 300 steps, and at least 301 are needed"),
    ],
)
def test_training_that_cannot_be_judged_is_a_course_error(
    the_course: Course, changes: dict[str, float], said: str
) -> None:
    """Too few steps to look at, or more accuracy than there is."""
    assignment = the_course.assignments[ASSIGNMENT]
    assert assignment.training is not None
    training = msgspec.structs.replace(assignment.training, **changes)
    changed = {ASSIGNMENT: msgspec.structs.replace(assignment, training=training)}
    with pytest.raises(CourseError) as caught:
        suite._plan(ROOT, msgspec.structs.replace(the_course, assignments=changed), ASSIGNMENT, the_course.seed)
    assert said in str(caught.value)
