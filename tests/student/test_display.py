"""Facts about how a self-check looks: what is shown of a failing case, in HTML and in text."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from students import CASES, DOWN_THE_COLUMNS, RELEASED, cells, namespace

from autograder import wire
from autograder.checks import Aspect, Case, close_to, fraction
from autograder.checks.expectations import Claim
from autograder.result import CheckResult, ExerciseResult, Verdict
from autograder.student import selfcheck
from autograder.student.display import as_html, as_text
from autograder.student.excerpt import COLUMNS, ROWS, asked, tables
from autograder.student.outcome import Example, SelfCheck
from autograder.student.recorded import read

VOID = {"img", "meta", "br", "circle", "path", "rect", "polyline", "polygon"}


class Balanced(HTMLParser):
    """Notes every tag that is closed by another, or not at all."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and (not self.stack or self.stack.pop() != tag):
            self.faults.append(tag)


def example(yours: object, expected: object, *, arrays: tuple[np.ndarray, ...] = (), **rest: object) -> Example:  # type: ignore[type-arg]
    """A case of `softmax` in which `yours` came instead of `expected`."""
    case = Case(wire.Call(function="softmax"), arrays, (Aspect("value", 0, close_to(expected)),))  # type: ignore[arg-type]
    array = np.asarray(yours, np.float32)
    return Example(case, case.aspects[0], Claim("ndarray", "NDArray", array), **rest)  # type: ignore[arg-type]


def outcome(*, message: str, diagnosis: str | None = None, **rest: object) -> SelfCheck:
    """A self-check with one wrong check."""
    check = CheckResult(
        name="one",
        title="A check",
        hidden=False,
        verdict=Verdict.WRONG,
        score=0,
        max_score=1,
        message=message,
        diagnosis=diagnosis,
    )
    exercise = ExerciseResult(name="softmax", score=0, max_score=1, attempted=True, checks=(check,))
    return SelfCheck((exercise,), **rest)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------ the excerpt


def test_a_small_case_is_shown_whole() -> None:
    """Input, yours, expected and difference have the same rows and columns; the wrong cells are marked."""
    x, right = np.zeros((2, 3)), np.full((2, 3), 0.25)
    wrong = right.copy()
    wrong[1, 2] = 0.5
    found = tables(example(wrong, right, arrays=(x,), names=("y",)))
    assert [t.name for t in found] == ["y", "yours", "expected", "difference"]
    assert {(t.rows, t.columns) for t in found} == {((0, 1), (0, 1, 2))}
    assert found[3].off is not None
    assert found[3].off.tolist() == [[False] * 3, [False, False, True]]


@pytest.mark.parametrize("worst", [(0, 0), (0, 39), (29, 0), (29, 39), (13, 7)])
def test_the_largest_difference_is_always_in_sight(worst: tuple[int, int]) -> None:
    """Of a large array a window is shown, the same in each table, with the largest difference in it."""
    right = np.zeros((30, 40))
    wrong = right + 1e-3
    wrong[worst] = 7
    found = tables(example(wrong, right, arrays=(np.ones((30, 40)),)))
    assert {(t.rows, t.columns) for t in found} == {(found[0].rows, found[0].columns)}
    assert (len(found[0].rows), len(found[0].columns)) == (ROWS, COLUMNS)
    assert worst[0] in found[0].rows
    assert worst[1] in found[0].columns


def test_nan_counts_as_the_largest_difference() -> None:
    """A NaN far from the corner is what is shown."""
    wrong = np.zeros((30, 40))
    wrong[20, 30] = np.nan
    shown = tables(example(wrong, np.ones((30, 40))))[-1]
    assert (20 in shown.rows, 30 in shown.columns) == (True, True)


def test_another_shape_has_no_difference() -> None:
    """Where shapes differ, yours and the expected array stand side by side, without a difference."""
    found = tables(example(np.zeros(1), np.zeros(3)))
    assert [(t.name, t.shape) for t in found] == [("yours", (1,)), ("expected", (3,))]


@pytest.mark.parametrize("array", [np.zeros((2, 2, 2)), np.zeros((0, 3)), np.array(["a"])])
def test_what_does_not_fit_a_table_is_left_out(array: np.ndarray) -> None:  # type: ignore[type-arg]
    """Arrays of three axes, empty ones and texts are not laid out; what was expected is."""
    case = example(0, np.zeros((2, 2)))
    found = tables(Example(case.case, case.aspect, Claim("numpy", "ndarray", array)))
    assert [t.name for t in found] == ["expected"]


def test_a_fraction_is_one_cell() -> None:
    """An accuracy is shown as one number, in whichever form it came."""
    request = wire.Evaluate(function="evaluate_accuracy", batch_size=16, consumed=2)
    arrays = (np.zeros((48, 1, 28, 28)), np.zeros(48), np.zeros((784, 10)), np.zeros(10))
    case = Case(request, arrays, (Aspect("value", 0, fraction(0.25)),))
    shown = Example(case, case.aspects[0], Claim("ndarray", "NDArray", np.array([0.5])))
    assert [(t.name, t.cells.tolist()) for t in tables(shown)] == [
        ("yours", [[0.5]]),
        ("expected", [[0.25]]),
        ("difference", [[0.25]]),
    ]
    assert asked(shown) == (
        "evaluate_accuracy(data_iterator, net) on 48 images in batches of 16, of which 2 have been served"
    )


def test_a_gradient_says_of_what() -> None:
    """The display of a gradient case names the sum that was differentiated."""
    item = next(i for i in read(CASES).items if i.check.name == "softmax_gradient_flows")
    case = item.cases[0]
    assert isinstance(case, Case)
    shown = Example(case, case.aspects[-1], Claim("ndarray", "NDArray", np.zeros((6, 10))), ("scores",))
    assert asked(shown) == "the gradient of sum(softmax(scores) * weights) by scores"
    assert [t.name for t in tables(shown)] == ["scores", "weights", "yours", "expected", "difference"]


# ------------------------------------------------------------------------------------ both layouts


@pytest.fixture(scope="module")
def found() -> dict[str, SelfCheck]:
    """Self-checks of every kind: right, wrong, raising, blank, absent."""
    functions = {
        "right": {},
        "axis": {"softmax": DOWN_THE_COLUMNS},
        "raises": {"softmax": "def helper(y):\n    return y.nothing\n\n\ndef softmax(y):\n    return helper(y)"},
        "blank": {"softmax": "def softmax(y):\n    raise NotImplementedError"},
        "step": {"SGD": "def SGD(params, lr):\n    for p in params:\n        p[:] = p + lr * p.grad"},
        "absent": {"softmax": ""},
    }
    recorded = read(CASES)
    return {
        kind: selfcheck.check_namespace(recorded, list(recorded.exercises), namespace(cells(**replaced)), RELEASED)
        for kind, replaced in functions.items()
    }


@pytest.mark.parametrize("kind", ["right", "axis", "raises", "blank", "step", "absent"])
def test_html_is_well_formed(found: dict[str, SelfCheck], kind: str) -> None:
    """Every element that is opened is closed, in order."""
    parser = Balanced()
    parser.feed(as_html(found[kind]))
    assert (parser.faults, parser.stack) == ([], [])


@pytest.mark.parametrize("kind", ["right", "axis", "raises", "blank", "step", "absent"])
def test_html_and_text_mark_alike(found: dict[str, SelfCheck], kind: str) -> None:
    """Both layouts have the same ticks, crosses and circles."""
    marks = [re.findall("[✓✗○]", layout(found[kind])) for layout in (as_html, as_text)]
    assert marks[0] == marks[1]
    assert marks[0].count("✓") == sum(c.verdict is Verdict.PASS for e in found[kind].exercises for c in e.checks)


def test_text_lays_the_case_out(found: dict[str, SelfCheck]) -> None:
    """Plain text holds the diagnosis, the call and the numbers."""
    lines = as_text(found["axis"]).splitlines()
    start = lines.index("      the smallest case that fails: softmax(y_linear)")
    assert lines[start + 1 : start + 4] == [
        "      y_linear (2, 3):",
        "           −3.728      2.711       2.38",
        "           0.1785      1.224      1.872",
    ]
    assert lines[start - 2].strip() == "normalised down the columns (axis 0) instead of along each row"


def test_rounding_is_no_difference() -> None:
    """A difference within the tolerance is written as nothing: a student need not think about it."""
    shown = outcome(message="m", examples={"one": example([[0.5, 0.25 + 1e-6]], [[0.75, 0.25]])})
    assert as_text(shown).splitlines()[-1].split() == ["−0.25", "≈", "0"]


def test_only_the_first_failing_check_is_laid_out(found: dict[str, SelfCheck]) -> None:
    """Three failing checks of softmax show one case."""
    assert len(found["axis"].examples) == 3
    assert as_html(found["axis"]).count("The smallest case that fails") == 1


def test_a_trace_of_several_lines_is_shown(found: dict[str, SelfCheck]) -> None:
    """Where a helper raised, the way to it is shown; the lines are the student's."""
    text = as_text(found["raises"])
    assert "(line 2" in text
    assert re.search(r"line 6: .*\n\s+line 2: ", text)


def test_the_curve_says_what_it_shows(found: dict[str, SelfCheck]) -> None:
    """The plot has a text for those who cannot see it, and a band where the reference lies."""
    page = as_html(found["step"])
    assert "<title>Training loss: 2." in page
    assert page.count('class="band"') == 1
    assert "data:image/png" not in page  # the run stopped before its end


def test_what_a_notebook_says_is_escaped() -> None:
    """Markup in a message, a diagnosis, a traced line or a name stays text."""
    evil = "<script>alert(1)</script>"
    shown = outcome(
        message=evil,
        diagnosis=evil,
        traces={"one": (wire.TraceLine(None, 1, evil), wire.TraceLine(None, 2, evil))},
        examples={"one": example([1.0], [2.0], arrays=(np.zeros(1),), names=(evil,))},
    )
    assert "<script" not in as_html(shown)
    assert "<script" not in as_html(SelfCheck(problem=evil))
    assert as_html(shown).count("&lt;script&gt;") == 6


def test_nothing_is_fetched_and_no_script_runs(found: dict[str, SelfCheck]) -> None:
    """A display works offline and in an untrusted notebook: no addresses, no scripts."""
    page = as_html(found["right"])
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "<script" not in page


def test_colours_come_from_the_theme(found: dict[str, SelfCheck]) -> None:
    """Text has no colour of its own; the marks take JupyterLab's, which fit its light and its dark theme."""
    style = as_html(found["right"]).partition("</style>")[0]
    assert "var(--jp-success-color1," in style
    assert "var(--jp-error-color1," in style
    assert not re.search(r"background:\s*(#fff|white)", style)
    assert not re.search(r"[^-]color:\s*(#000|black)", style)


def test_a_problem_is_its_sentence() -> None:
    """Where there was nothing to check, the display is the reason."""
    assert as_text(SelfCheck(problem="not here")) == "not here"
    assert '<p class="n">not here</p>' in as_html(SelfCheck(problem="not here"))
