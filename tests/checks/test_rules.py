"""Wrong pages of checks: each is refused in one sentence at set-up, before it costs a student points."""

from pathlib import Path

import pytest

from autograder.checks import suite
from autograder.course.settings import load
from autograder.errors import CourseError
from autograder.student import recorded
from tests import small

HEAD = (
    "import numpy as np\nfrom autograder.checks import *\n"
    "from autograder.checks.expectations import CloseTo, Mismatch\n"
)
OWN = "class Own:\n    def __call__(self, claim):\n        return None\n"
SPOILED = "class Own:\n    def __call__(self, claim):\n        return claim.array.shape\n"
FINE = 'yield call("f", np.ones(3), expect=close_to(2 * np.ones(3)))'


def page(body: str = FINE, *, deco: str = 'exercise="f", points=2', name: str = "c", first: str = "") -> str:
    """Write a page of one check."""
    lines = "\n    ".join(body.splitlines())
    return f'{HEAD}{first}@check({deco})\ndef {name}(rng):\n    """f doubles."""\n    {lines}\n'


def more(body: str = FINE, **rest: str) -> str:
    """Write another check of the same page."""
    return page(body, **rest).removeprefix(HEAD)


def called(expect: str, rest: str = "") -> str:
    """Write the line of a case that expects something."""
    return f'yield call("f", np.ones(3), expect={expect}{rest})'


def evaluated(images: str, size: str) -> str:
    """Write the line of a case of `evaluate`."""
    return (
        f'yield evaluate("f", np.ones({images}), np.ones(4), np.ones((2, 3)), np.ones(3), batch_size={size}, '
        "expect=fraction(0.5))"
    )


WRONG = {
    # cases
    "raises midway": (page(f"{FINE}\n1 / 0"), "yields no cases (ZeroDivisionError: division by zero): fix it"),
    "ends the program": (page("raise SystemExit(0)"), "yields no cases (SystemExit: 0): fix it"),
    "never ends": (page(f"while True:\n    {FINE}"), "yields more than 10000 cases: does its loop end?"),
    "yields a number": (page("yield 3"), "yields an object of type int where a case is expected: yield call(...)"),
    "returns a case": (page(FINE.replace("yield", "return")), "yields no cases (TypeError: 'Case' object is not"),
    "another function": (page(FINE.replace('"f"', '"g"')), "calls 'g': a check calls the function of its own exercise"),
    "an input too large": (page('yield call("f", np.ones((3000, 3000)), expect=close_to(1))'), "more than 4194304 num"),
    "no such argument": (
        page('yield gradient("f", np.ones(3), head=np.ones(3), wrt=4, expect=close_to(np.ones(3)))'),
        "differentiates by argument 4 of 1: count from 0",
    ),
    "too few expectations": (
        page('yield update("f", [np.ones(3)] * 2, [np.ones(3)] * 2, 0.1, expect=[close_to(np.ones(3))])'),
        "ValueError: update: 2 params, 2 grads and 1 expectations",
    ),
    "gradients of other shapes": (
        page('yield update("f", [np.ones(3)], [np.ones(2)], 0.1, expect=[close_to(np.ones(3))])'),
        "has parameters and gradients of different shapes",
    ),
    "no rounds": (
        page('yield update("f", [np.ones(3)], [np.ones(3)], 0.1, rounds=0, expect=[close_to(np.ones(3))])'),
        "has lr=0.1, rounds=0: write a finite lr, and rounds from 1 to 1000",
    ),
    "batches of nothing": (page(evaluated("(4, 2)", "0")), "has batch_size=0, consumed=0, rounds=1 for 4 images"),
    "batches too large": (page(evaluated("(4, 2)", "9")), "has batch_size=9"),
    "a net of another size": (page(evaluated("(4, 5)", "2")), "has images, labels, weights and bias that do not fit"),
    # expectations
    "an array": (page(called("np.ones(3)")), "expects a ndarray: write close_to(...), fraction(...) or on_device()"),
    "a class": (page(called("CloseTo")), "expects a type: write close_to(...)"),
    "a function not called": (page(called("not_finite")), "the expectation function raised TypeError: not_finite() ta"),
    "one that answers True": (page(called("lambda c: True")), "returned a bool: return None or a Mismatch"),
    "one that raises": (page(called("Own()"), first=SPOILED), "the expectation Own raised AttributeError: 'NoneType'"),
    "NaN": (page(called("close_to(np.nan * np.ones(3))")), "expects what nobody can return: the right answer itself"),
    "infinity": (page(called("close_to(np.inf * np.ones(3))")), "infinity in 3 of 3 values"),
    "a negative tolerance": (page(called("close_to(np.ones(3), rtol=-1)")), "expects what nobody can return"),
    "no room for float32": (page(called("close_to(np.ones(3) / 3, rtol=0, atol=0)")), "in float32, does not pass"),
    "a tolerance of text": (page(called('close_to(np.ones(3), rtol="1")')), "case 1 cannot be used (UFuncTypeError"),
    "tolerances of another shape": (page(called("close_to(np.ones(3), atol=np.ones(7))")), "could not be broadcast"),
    "a mistake without a sentence": (
        page(called("close_to(np.ones(3))", ", mistakes={3: np.zeros(3)}")),
        "has a mistake named by a int: write the sentence that students read",
    ),
    # training
    "training without settings": (page('yield train("trajectory")'), "the checks of f train, but there are no `train"),
    "another aspect": (page('yield train("speed")'), "looks at 'speed': write train('trajectory', 'convergence', "),
    "training on another device": (
        page('yield train("trajectory")', deco='exercise="f", points=2, roams=True'),
        "trains, and training is not run on another device: take roams=True away",
    ),
    "trains and calls": (
        page('yield train("trajectory")', deco='exercise="f", points=1')
        + more(deco='exercise="f", points=1', name="d"),
        "some of its checks train, others call it as a function: make two exercises",
    ),
    # checks
    "two of one name": (page() + more(), "line 9 defines the check c again, after line 5: give each a name of its own"),
    "two names for one": (page(deco='exercise="f", points=1') + "d = c\n", "two checks are named c"),
    "negative points": (
        page(deco='exercise="f", points=-1') + more(deco='exercise="f", points=3', name="d"),
        "the check c is worth -1 points: write a number from 0 on",
    ),
    "points that are no number": (page(deco='exercise="f", points=float("nan")'), "is worth nan points"),
    "an exercise that is no name": (page(deco='exercise=["f"], points=2'), "names its exercise by a list"),
    "hidden as text": (page(deco='exercise="f", points=2, hidden="no"'), "hidden and roams are True or False"),
    # the file
    "an exit at import": ("import sys\nsys.exit(0)\n", "cannot be imported: SystemExit: 0"),
    "an end of its own": ("class End(BaseException): pass\nraise End('x')\n", "cannot be imported: End: x"),
    "a message of two lines": ("raise ValueError('a\\nb\\x1b[31m')\n", "cannot be imported: ValueError: a b [31m"),
    "a null byte": ("a = '\0'\n", "cannot be imported: "),
}


def prepared(root: Path, text: str, settings: str = small.COURSE) -> suite.Suite:
    """Prepare a small course with another page."""
    small.course(root)
    (root / "course.yaml").write_text(settings)
    (root / "solutions" / "doubling" / "checks.py").write_text(text)
    return suite.prepare(root, load(root), "doubling")


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_page_is_one_sentence_before_anything_is_judged(text: str, said: str, tmp_path: Path) -> None:
    """It names the file, and the check where there is one."""
    with pytest.raises(CourseError) as caught:
        prepared(tmp_path, text)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()
    assert "checks.py" in str(caught.value) or "course.yaml" in str(caught.value)


def test_numpys_numbers_are_as_good_as_pythons(tmp_path: Path) -> None:
    """In tolerances, points, shapes and counts: they are graded with, and recorded for students."""
    text = page(
        "yield call('f', np.ones(3), expect=close_to(2 * np.ones(3), rtol=np.float64(1e-4), atol=np.float32(1e-5)),\n"
        "    mistakes={'m': has_shape(np.int64(4))})\n"
        "yield call('f', np.ones(3), expect=CloseTo(2 * np.ones(3), np.float64(1e-4), np.float64(1e-5)))\n"
        "yield evaluate('f', np.ones((4, 2)), np.ones(4), np.ones((2, 3)), np.ones(3), batch_size=np.int64(2),\n"
        "    rounds=np.int8(1), expect=fraction(np.float32(0.5)))",
        deco='exercise="f", points=np.float64(2)',
    )
    assert len(prepared(tmp_path, text).items[0].cases) == 3
    (item,) = recorded.casefile.parse(recorded.write(suite.released(tmp_path, load(tmp_path), "doubling"))).items
    assert len(item.cases) == 3


def test_an_own_expectation_is_refused_where_it_would_be_released(tmp_path: Path) -> None:
    """Hidden, it is a course's to write; public, its code is not there when a student checks."""
    prepared(tmp_path, page(called("Own()"), first=OWN))
    with pytest.raises(CourseError, match=r"solutions/doubling/checks.py: .* expects a Own, .* make that check hidden"):
        recorded.write(suite.released(tmp_path, load(tmp_path), "doubling"))
    (tmp_path / "solutions" / "doubling" / "checks.py").write_text(
        page(called("Own()"), first=OWN, deco='exercise="f", points=2, hidden=True')
    )
    recorded.write(suite.released(tmp_path, load(tmp_path), "doubling"))


def test_a_function_needs_a_name_that_python_takes(tmp_path: Path) -> None:
    """No notebook could define it."""
    settings = small.COURSE.replace("{f: {points: 2}}", "{lambda: {points: 2}}")
    with pytest.raises(CourseError, match=r"assignments.doubling.exercises.lambda: no function can have this name"):
        prepared(tmp_path, page(FINE.replace('"f"', '"lambda"'), deco='exercise="lambda", points=2'), settings)
