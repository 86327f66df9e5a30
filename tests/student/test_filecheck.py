"""Facts about the self-check of a file: loops and crashes are verdicts, and what changed is seen."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from students import BY_COLUMN, CASES, DOWN_THE_COLUMNS, RELEASED, RIGHT, STUB, cells, notebook, workplace

from autograder.course import mnist
from autograder.course.notebook import Cell, InvalidSubmission
from autograder.course.settings import Limits
from autograder.errors import CourseError
from autograder.result import CheckResult
from autograder.student import filecheck
from autograder.student.filecheck import Bench
from autograder.student.recorded import read


@pytest.fixture(scope="module")
def ready() -> Iterator[Bench]:
    """A bench with the released cases and a short deadline for calls."""
    with filecheck.bench(RELEASED) as made:
        course = msgspec.structs.replace(made.suite.course, limits=Limits(call_seconds=0.4))
        yield Bench(made.server, replace(made.suite, course=course))


def look(ready: Bench, folder: Path, *exercises: str, **replaced: str) -> dict[str, CheckResult]:
    """Check a notebook with some functions replaced; return the results by the check's name."""
    path = workplace(folder, notebook(cells(**replaced)))
    return {c.name: c for e in ready.look(path, exercises).exercises for c in e.checks}


def test_right_functions_pass_everything(ready: Bench, tmp_path: Path) -> None:
    """All eleven public checks, training among them."""
    assert [c.verdict for c in look(ready, tmp_path).values()] == ["pass"] * 11


def test_the_stub_is_blank_not_wrong(ready: Bench) -> None:
    """Nothing of the stub is attempted, and training says what it waits for."""
    found = [c for e in ready.look(STUB).exercises for c in e.checks]
    assert {c.verdict for c in found} == {"not_attempted", "skipped"}
    assert found[-1].message == "needs softmax, cross_entropy and SGD first"


def test_a_wrong_function_has_its_diagnosis(ready: Bench, tmp_path: Path) -> None:
    """The known mistake is named."""
    found = look(ready, tmp_path, "softmax", softmax=DOWN_THE_COLUMNS)
    assert found["rows_are_distributions"].diagnosis == BY_COLUMN


def test_a_loop_is_a_verdict(ready: Bench, tmp_path: Path) -> None:
    """A function that never returns is told so, and does not hold the others up."""
    found = look(ready, tmp_path, "softmax", "cross_entropy", softmax="def softmax(y):\n    while True:\n        pass")
    assert found["rows_are_distributions"].verdict == "timeout"
    assert found["rows_are_distributions"].message == "no answer within 0.4 s: is there a loop that never ends?"
    assert found["one_loss_for_each_example"].verdict == "pass"


@pytest.mark.parametrize(
    ("death", "told"),
    [
        ("import os; os._exit(3)", "the process ended itself (exit status 3)"),
        ("import os; os.kill(os.getpid(), 11)", "the process died (SIGSEGV)"),
    ],
)
def test_a_crash_is_a_verdict(death: str, told: str, ready: Bench, tmp_path: Path) -> None:
    """A function that ends its process is told so, and the other exercises are checked."""
    found = look(ready, tmp_path, "SGD", "cross_entropy", SGD=f"def SGD(params, lr):\n    {death}")
    assert found["steps_down_the_gradient"].verdict == "crashed"
    assert told in str(found["steps_down_the_gradient"].message)
    assert found["one_loss_for_each_example"].verdict == "pass"


def test_an_exercise_alone_runs_no_other(ready: Bench, tmp_path: Path) -> None:
    """Asking for one exercise gives its checks only."""
    assert list(look(ready, tmp_path, "SGD")) == ["steps_down_the_gradient"]


def test_an_unknown_exercise_is_answered_with_the_known_ones(ready: Bench) -> None:
    """A wrong name is a usage error that lists the right ones."""
    with pytest.raises(CourseError, match="there is no exercise 'relu'; there are: softmax, cross_entropy"):
        ready.look(STUB, ["relu"])


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}'])
def test_what_is_no_notebook_is_refused(text: str, ready: Bench, tmp_path: Path) -> None:
    """A damaged file is an `InvalidSubmission`, not a verdict."""
    with pytest.raises(InvalidSubmission):
        ready.look(workplace(tmp_path, text))


def test_without_data_there_is_no_training_to_judge() -> None:
    """Where MNIST is missing, the training checks are left out and all others stay."""
    suite = filecheck.as_exam(read(CASES), None)
    assert list(suite.assignment.exercises) == ["softmax", "cross_entropy", "SGD", "evaluate_accuracy"]
    assert len(suite.items) == 8
    assert len(filecheck.as_exam(read(CASES), mnist.near(RELEASED)).items) == 11


def prints(ready: Bench, sources: list[str]) -> dict[str, str]:
    """Fingerprint cells."""
    return filecheck.fingerprints(ready.suite, [Cell(i, s) for i, s in enumerate(sources, 1)])


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({}, set()),
        ({"softmax": RIGHT["softmax"] + "  # a comment"}, set()),
        ({"SGD": RIGHT["SGD"].replace("lr *", "2 * lr *")}, {"SGD", "training"}),
        ({"softmax": DOWN_THE_COLUMNS}, {"softmax", "training"}),
        ({"evaluate_accuracy": ""}, {"evaluate_accuracy"}),
    ],
)
def test_a_change_shows_in_what_needs_it(change: dict[str, str], seen: set[str], ready: Bench) -> None:
    """The fingerprints of the changed function, and of training that uses it, differ; no other does."""
    before, after = prints(ready, cells()), prints(ready, cells(**change))
    assert {name for name in before if before[name] != after.get(name)} == seen


def test_a_helper_counts_as_part_of_what_uses_it(ready: Bench) -> None:
    """Changing a helper, in another cell, changes the exercise that calls it."""
    uses = "def softmax(y):\n    return helper(y)"
    before, after = (prints(ready, [f"def helper(y):\n    return y + {n}", *cells(softmax=uses)]) for n in (1, 2))
    assert {name for name in before if before[name] != after[name]} == {"softmax", "training"}
