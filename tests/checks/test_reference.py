"""Wrong references, and exercises that train: each fault is one sentence at set-up, whatever the exercise is called."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from autograder.author import calibrate
from autograder.checks import suite, training
from autograder.course.mnist import Mnist
from autograder.course.settings import load
from autograder.errors import CourseError
from tests import training_course
from tests.training_course import REFERENCE

WRONG = {
    "nothing in it": ("", "defines no function path, by which training is judged: write it"),
    "no loss": (REFERENCE.replace("def mean_loss(", "def lost("), "defines no function mean_loss"),
    "no predictions": (REFERENCE.replace("def predictions(", "def lost("), "defines no function predictions"),
    "a path that is none": (REFERENCE + "\npath = 3\n", "defines no function path"),
    "a path that raises": ("def path(*a):\n    raise ValueError('x\\ny')\n", "path raised ValueError: x y: fix it"),
    "a path of nothing": ("def path(*a):\n    return 3\n", "path raised TypeError: 'int' object is not iterable"),
    "a path of three": ("def path(w, b, *a):\n    for _ in a[2]: yield w, b, b\n", "path raised ValueError: too many"),
    "a path turned round": ("def path(w, b, *a):\n    for _ in a[2]: yield w.T, b\n", "path yields shapes (3, 16)"),
    "a path of NaN": ("def path(w, b, *a):\n    for _ in a[2]: yield w + float('nan'), b\n", "path yields NaN or inf"),
    "a path too short": ("def path(*a):\n    return iter([])\n", "path yields 0 steps, but 20 were asked for"),
    "a path without end": ("def path(w, b, *a):\n    while True: yield w, b\n", "path yields more than the 20 steps"),
    "a path that stays": ("def path(w, b, *a):\n    for _ in a[2]: yield w, b\n", "path has not moved the weights"),
    "a loss of NaN": ("def mean_loss(*a):\n    return float('nan')\n", "mean_loss is nan after 0 steps"),
    "a loss below zero": (
        "def mean_loss(*a):\n    return -1\n",
        "mean_loss is -1 after 0 steps, where a number above 0",
    ),
    "a loss of None": ("def mean_loss(*a):\n    pass\n", "mean_loss raised TypeError: float() argument must be"),
    "an exit": ("def mean_loss(*a):\n    raise SystemExit\n", "mean_loss raised SystemExit"),
    "probabilities": ("def predictions(x, w, b):\n    return x @ w + b\n", "predictions returns no class from 0 to 2"),
    "classes there are not": (
        "def predictions(x, w, b):\n    return [99] * len(x)\n",
        "predictions returns no class fr",
    ),
    "halves": ("def predictions(x, w, b):\n    return [1.5] * len(x)\n", "predictions returns no class from 0 to 2"),
}


@pytest.fixture(scope="module")
def data() -> Mnist:
    """Images of 4 by 4 in three classes."""
    rng = np.random.default_rng(1)
    images, labels = rng.integers(0, 256, (280, 4, 4), np.uint8), (np.arange(280) % 3).astype(np.uint8)
    return Mnist(images, labels, images[:30], labels[:30])


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_reference_is_one_sentence_at_set_up(text: str, said: str, data: Mnist, tmp_path: Path) -> None:
    """It names file and function; nobody is left ungraded by it."""
    whole = text if text in ("",) or text.startswith('"""') else f"{REFERENCE}\n{text}"
    course = load(training_course.course(tmp_path, reference=whole))
    settings = course.assignments["fitting"].training
    assert settings is not None
    module = suite.reference_of(tmp_path, "fitting")
    with pytest.raises(CourseError) as caught:
        training.plan(msgspec.structs.replace(settings, batch_size=14), data, module, np.random.default_rng(1))
    assert f"solutions/fitting/reference.py: {said}" in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_right_reference_is_planned_with(data: Mnist, tmp_path: Path) -> None:
    """The same data and settings, and nothing to refuse."""
    course = load(training_course.course(tmp_path))
    settings = course.assignments["fitting"].training
    assert settings is not None
    made = training.plan(
        msgspec.structs.replace(settings, batch_size=14),
        data,
        suite.reference_of(tmp_path, "fitting"),
        np.random.default_rng(1),
    )
    assert made.snapshots[-1].step == 20


def test_a_missing_reference_is_named(tmp_path: Path) -> None:
    """The file, and that the assignment needs it."""
    root = training_course.course(tmp_path, reference=None)
    with pytest.raises(CourseError, match=r"reference.py is missing: an assignment has its reference there"):
        suite.prepare(root, load(root), "fitting")


def test_the_narrow_path_is_for_calibration_alone(tmp_path: Path) -> None:
    """Grading goes on without it; calibrating says that it is missing."""
    root = training_course.course(tmp_path, reference=REFERENCE.replace("def narrow_path(", "def lost("))
    assert suite.prepare(root, load(root), "fitting").plan is not None
    with pytest.raises(CourseError, match="defines no function narrow_path"):
        calibrate._outcomes(root, load(root), "fitting", 0, 1)


def test_quantities_that_do_not_vary_are_calibrated_too() -> None:
    """All moments of a constant are 0, and its threshold is the constant."""
    spread = calibrate.Spread("accuracy", (0.5, 0.5, 0.5))
    assert (spread.skewness, spread.excess, spread.below(1e-6)) == (0.0, 0.0, 0.5)
    assert calibrate._times(0.1, calibrate.Spread("drift", (0.0, 0.0))) == "and no drift was seen"


SETTINGS = {
    "no settings": (
        lambda text: text[: text.index("    training:")],
        "the checks of fit train, but there are no `trai",
    ),
    "a role not needed": (
        lambda text: text.replace("[softmax, cross_entropy, SGD]", "[SGD]"),
        "and softmax is not amo",
    ),
    "forbidden names": (lambda text: text.replace("fit: {", "fit: {forbid: [nd.x], "), "fit.forbid: it is no function"),
    "a circle": (
        lambda text: text.replace("SGD: {points: 1}", "SGD: {points: 1, needs: [fit]}"),
        "it needs itself, by",
    ),
    "itself": (lambda text: text.replace("SGD: {points: 1}", "SGD: {points: 1, needs: [SGD]}"), "it needs itself"),
    "steps too few": (lambda text: text.replace("batch_size: 3000", "batch_size: 9000"), "at least 14 are needed"),
}


@pytest.mark.parametrize(("change", "said"), SETTINGS.values(), ids=SETTINGS.keys())
def test_settings_that_do_not_fit_what_trains_are_refused(
    change: "training_course.Change", said: str, tmp_path: Path
) -> None:
    """By the checks, not by the name: here the exercise that trains is called fit."""
    root = training_course.course(tmp_path, change=change)
    with pytest.raises(CourseError) as caught:
        suite.prepare(root, load(root), "fitting")
    assert "course.yaml: " in str(caught.value)
    assert said in str(caught.value)


def test_needs_and_forbid_go_together_on_a_function(tmp_path: Path) -> None:
    """What needs another is a function all the same, and is judged after it."""
    root = training_course.course(
        tmp_path,
        change=lambda text: text.replace("softmax: {points: 1}", "softmax: {points: 1, needs: [SGD], forbid: [nd.x]}"),
    )
    made = suite.prepare(root, load(root), "fitting")
    assert made.trains == ("fit",)
    assert made.functions == ("softmax", "cross_entropy", "SGD")
    assert made.in_order == ("cross_entropy", "SGD", "softmax", "fit")
