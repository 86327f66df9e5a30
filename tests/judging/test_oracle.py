"""The oracle: what the solution gives is expected, what rounding costs is allowed, what mistakes give is recognised."""

from pathlib import Path

import numpy as np
import pytest

from autograder import wire
from autograder.checks.expectations import CloseTo, Items, Number, OfKind, Text, Truth, Whole
from autograder.checks.recorder import Student
from autograder.checks.suite import Item
from autograder.checks.vocabulary import Case, check, recorded_case
from autograder.errors import CourseError
from autograder.judging.assess import assess
from autograder.judging.oracle import Oracle, known_mistakes
from tests.playing import LocalSession

SOLUTION = "from mxnet import nd\ndef f(x):\n    return nd.maximum(x, 0)\n"
X = np.array([[-1.0, 2.0], [3.0, -4.0]])


def oracle(cell: str = SOLUTION) -> tuple[Oracle, LocalSession]:
    """An oracle whose solution lives in this process."""
    session = LocalSession(cell)
    return Oracle(lambda: session, Path("checks.py")), session  # type: ignore[arg-type, return-value]


def item(write: object = None, **expect: object) -> Item:
    """One check of `f` that expects what the solution gives."""
    student = Student()
    if callable(write):
        write(student)
    else:
        student.expect(student.f(X), **expect)  # type: ignore[arg-type]

    @check("f")
    def a_check(_rng: object, _student: Student) -> None:
        """f does what it should."""

    return Item(a_check, (recorded_case(student, "f"),))


def solved(one: Item, cell: str = SOLUTION) -> Case:
    """The case with what the solution gives."""
    (case,) = oracle(cell)[0]._solved(one).cases
    assert isinstance(case, Case)
    return case


@pytest.mark.parametrize(
    ("returns", "kind"),
    [
        ("x * 1.5", CloseTo),
        ("x.astype('int32')", Whole),
        ("3", Number),
        ("0.25", Number),
        ("True", Truth),
        ("'text'", Text),
        ("None", OfKind),
        ("(x, 2)", Items),
        ("{'a': x}", Items),
    ],
)
def test_whatever_the_solution_returns_is_expected(returns: str, kind: type) -> None:
    """Arrays, whole numbers, numbers, truth values, texts, None, and several of them."""
    case = solved(item(), f"def f(x):\n    return {returns}\n")
    assert isinstance(case.aspects[0].expect, kind)


def test_the_tolerance_is_what_float32_costs() -> None:
    """A sum of large numbers that cancel costs more than one of small ones."""
    rough = "from mxnet import nd\ndef f(x):\n    return (x / 3 + 1e5) - 1e5\n"
    expect = solved(item(), rough).aspects[0].expect
    assert isinstance(expect, CloseTo)
    assert 1e-3 < float(np.max(expect.atol)) < 1
    expect = solved(item()).aspects[0].expect
    assert isinstance(expect, CloseTo)
    assert float(np.max(expect.atol)) == pytest.approx(2e-6)


def test_a_tolerance_that_the_check_gives_is_kept() -> None:
    """Measured or not."""
    expect = solved(item(atol=0.5)).aspects[0].expect
    assert isinstance(expect, CloseTo)
    assert expect.atol == 0.5


def test_a_solution_that_cannot_be_played_in_float64_is_noted() -> None:
    """It is taken in float32, and `audit` says so."""
    picky = "def f(x):\n    assert x.dtype.__name__ == 'float32'\n    return x\n"
    asked, _ = oracle(picky)
    asked._solved(item())
    assert asked.narrow == ["a_check"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("def f(x):\n    return 1 / 0\n", "the solution raises in the check a_check (ZeroDivisionError"),
        ("from mxnet import nd\ndef f(x):\n    return nd.log(x - 10)\n", "NaN or infinity"),
    ],
)
def test_a_solution_that_gives_nothing_is_the_author_s_fault(cell: str, said: str) -> None:
    """Named with the check."""
    with pytest.raises(CourseError, match=r"checks\.py: ") as caught:
        solved(item(), cell)
    assert said in str(caught.value)


def test_an_expectation_that_the_solution_does_not_meet_is_the_author_s_fault() -> None:
    """Nobody else could meet it."""
    with pytest.raises(CourseError, match="the solution fails the check a_check"):
        solved(item(lambda s: s.expect(s.f(X), Number(3.0))))


def test_an_answer_is_computed_once() -> None:
    """By content: the same program again asks nobody."""
    asked, session = oracle()
    asked._solved(item())
    before = session.asked
    asked._solved(item())
    assert (before, session.asked) == (2, 2)


def mistakes(tmp_path: Path, **files: str) -> Path:
    """A solution's folder with these mistakes of f."""
    folder = tmp_path / "mistakes" / "f"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return tmp_path


def diagnosed(tmp_path: Path, answer: str, **files: str) -> str | None:
    """What a student is told whose f is `answer`, where these mistakes are known."""
    asked, _ = oracle()
    one = asked.diagnose(asked._solved(item()), known_mistakes(mistakes(tmp_path, **files)))
    (case,) = one.cases
    assert isinstance(case, Case)
    student = LocalSession(f"from mxnet import nd\ndef f(x):\n{answer}\n")
    assert isinstance(case.request, wire.Play)
    finding = assess(case, student.ask(case.request, list(case.arrays), 1.0), "cpu(0)")
    assert finding is not None
    return finding.diagnosis


ABSOLUTE = '"""the absolute value"""\ndef f(x):\n    return nd.abs(x)\n'


def test_a_mistake_is_known_by_what_it_gives(tmp_path: Path) -> None:
    """However it is written."""
    assert diagnosed(tmp_path, "    return nd.sqrt(x * x)", absolute=ABSOLUTE) == "the absolute value"


def test_a_mistake_that_was_not_made_is_not_told(tmp_path: Path) -> None:
    """Other wrong values get what they show by themselves."""
    assert diagnosed(tmp_path, "    return x - x", absolute=ABSOLUTE) == "every value is zero"


def test_a_mistake_in_several_ways_is_one_mistake(tmp_path: Path) -> None:
    """`each` gives them; the sentence is one."""
    leaky = (
        '"""negative values are kept in part"""\neach = {"slope": [0.1, 0.01]}\n'
        "def f(x):\n    return nd.maximum(x, slope * x)\n"
    )
    assert (
        diagnosed(tmp_path, "    return nd.LeakyReLU(x, slope=0.01)", leaky=leaky) == "negative values are kept in part"
    )


def test_a_mistake_that_raises_is_known_by_the_exception(tmp_path: Path) -> None:
    """Its kind and its text."""
    shapes = '"""multiplied as matrices"""\ndef f(x):\n    return nd.dot(x, nd.ones((3, 3)))\n'
    assert diagnosed(tmp_path, "    return nd.dot(x, nd.zeros((3, 3)))", shapes=shapes) == "multiplied as matrices"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(x): return x", "has no docstring"),
        ('"""x"""\ndef f(x: return x', "cannot be read"),
        ('"""x"""\neach = {"a": [1], "b": [2]}\ndef f(x): return x', "write each ="),
        ('"""x"""\neach = 3\ndef f(x): return x', "write each ="),
    ],
)
def test_a_file_that_is_no_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    """With what to write instead."""
    with pytest.raises(CourseError, match=said):
        known_mistakes(mistakes(tmp_path, bad=text))
