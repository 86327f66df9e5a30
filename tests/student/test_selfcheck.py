"""Facts about `check`: in a real kernel, under `nbgrader validate`, and on whatever a name may be bound to."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from students import (
    BY_COLUMN,
    CASES,
    DOWN_THE_COLUMNS,
    RELEASED,
    RIGHT,
    ROOT,
    SETUP,
    Kernel,
    cells,
    filled,
    kernel,
    namespace,
    workplace,
)

from autograder.result import Verdict
from autograder.student import selfcheck
from autograder.student.outcome import ChecksFailed, SelfCheck
from autograder.student.recorded import read

MEASURED = 9  # calls, of which the median counts
FUNCTIONS = ["softmax", "cross_entropy", "SGD", "evaluate_accuracy"]
LIMIT, LIMIT_ALL = 0.5, 1.0  # seconds, from issue 5


def found(names: dict[str, Any], *exercises: str) -> SelfCheck:
    """Check some exercises of these names, or all but training."""
    return selfcheck.check_namespace(read(CASES), list(exercises) or FUNCTIONS, names, RELEASED)


def verdicts(outcome: SelfCheck) -> list[str]:
    """Every verdict, in order."""
    return [str(c.verdict) for e in outcome.exercises for c in e.checks]


# ------------------------------------------------------------------------------------ in a kernel


@pytest.fixture(scope="module")
def live() -> Iterator[Kernel]:
    """A kernel in the released folder, with right functions."""
    with kernel(RELEASED) as running:
        assert running.run("\n\n\n".join(["from autograder import check\n%load_ext autograder", *cells()])) == []
        yield running


@pytest.mark.parametrize("call", ["check(softmax)", 'check("softmax")', "%check softmax"])
def test_every_way_to_ask_gives_the_same_display(live: Kernel, call: str) -> None:
    """A function, its name and the magic show the same, as HTML and as text."""
    shown = live.shown(call)
    assert shown["text/plain"].splitlines() == [
        "softmax: every public check passed",
        "  ✓ Each row of softmax is a probability distribution",
        "  ✓ The gradient of softmax reaches the scores",
        "  ✓ softmax leaves the scores that it was given as they were",
    ]
    assert shown["text/html"].count("✓") == 3


def test_check_alone_checks_everything(live: Kernel) -> None:
    """`check()` tries all exercises, training with its plot and its mix-ups too."""
    shown = live.shown("check()")
    heads = [line for line in shown["text/plain"].splitlines() if not line.startswith(" ")]
    assert heads == [f"{name}: every public check passed" for name in [*FUNCTIONS, "training"]]
    assert shown["text/html"].count("<svg") == 1
    assert shown["text/html"].count("data:image/png;base64,") == 8


def test_a_wrong_function_is_told_with_its_diagnosis_and_line(live: Kernel) -> None:
    """What is wrong is said by name; what raised, with the student's line and no frame of ours."""
    live.run("good = softmax")
    try:
        live.run(DOWN_THE_COLUMNS)
        assert BY_COLUMN in live.shown("check(softmax)")["text/plain"]
        live.run("def help_me(x):\n    return 1 / 0\n\ndef softmax(y):\n    return help_me(y)")
        text = live.shown("check(softmax)")["text/plain"]
        assert "ZeroDivisionError: division by zero (line 2: return 1 / 0)" in text
        assert "line 5: return help_me(y)" in text
        assert "autograder" not in text
    finally:
        live.run("softmax = good")


def test_the_function_that_is_passed_is_the_one_that_is_checked(live: Kernel) -> None:
    """An older function of the same name can be checked though the name now means another."""
    live.run("def older():\n    def softmax(y):\n        return y\n    return softmax\n\nolder = older()")
    assert "0 of 3" not in live.shown("check(softmax)")["text/plain"]
    assert live.shown("check(older)")["text/plain"].startswith("softmax: ")
    assert "✗ Each row of softmax" in live.shown("check(older)")["text/plain"]


def test_an_interrupt_in_a_students_function_ends_the_cell(live: Kernel) -> None:
    """KeyboardInterrupt is not swallowed, and the kernel checks on afterwards."""
    (output,) = live.run("good, softmax = softmax, lambda y: exec('raise KeyboardInterrupt')\ncheck(softmax)")
    assert (output["type"], output["ename"]) == ("error", "KeyboardInterrupt")
    live.run("softmax = good")
    assert live.shown("check(softmax)")["text/plain"].startswith("softmax: every")


def test_nothing_of_the_notebook_changes(live: Kernel) -> None:
    """Names, random numbers and recording are after `check()` what they were before."""
    before = "import json; from mxnet import autograd; W = nd.ones((2, 2)); W.attach_grad(); np.random.seed(3)"
    look = "print(json.dumps([np.random.rand(), autograd.is_recording(), float(W.sum().asscalar()), str(ctx)]))"
    live.run(before)
    expected = live.value(look)
    live.run(before)
    live.run("check()")
    assert live.value(look) == expected


@pytest.mark.alone
def test_checks_take_no_time(live: Kernel) -> None:
    """In a live kernel the median of `check(softmax)` is under 0.5 s, and of all four functions under 1 s."""
    for asked, limit in (("softmax", LIMIT), ("softmax, cross_entropy, SGD, evaluate_accuracy", LIMIT_ALL)):
        source = (
            "import json, statistics, time\nspent = []\n"
            f"for _ in range({MEASURED}):\n    began = time.perf_counter()\n    shown = check({asked})._repr_html_()\n"
            "    spent.append(time.perf_counter() - began)\nprint(json.dumps(statistics.median(spent)))"
        )
        median = live.value(source)
        assert median < limit, asked


# ------------------------------------------------------------------------------------ whatever a name is bound to


@pytest.mark.parametrize(
    ("bound", "verdict", "told"),
    [
        ("softmax = 3", "wrong", "softmax holds a value of type int, not a function: run its cell again"),
        ("softmax = nd.ones(3)", "wrong", "softmax holds a value of type NDArray, not a function: run its cell again"),
        ("softmax = None", "wrong", "softmax holds a value of type NoneType, not a function: run its cell again"),
        ("", "not_attempted", "there is no softmax yet: run the cell that defines it"),
        ("def softmax(y):\n    raise NotImplementedError()", "not_attempted", "it raises NotImplementedError"),
        ("def softmax(y):\n    pass", "wrong", "returned None (is a `return` missing?)"),
        ("def softmax():\n    pass", "raised", "takes 0 positional arguments but 1 was given"),
        ("softmax = lambda y: 'text'", "wrong", "returned a str"),
        ("softmax = lambda y: [y]", "wrong", "returned a list"),
        ("softmax = dict", "raised", ""),
    ],
)
def test_a_name_may_be_bound_to_anything(bound: str, verdict: str, told: str) -> None:
    """Each has its verdict and its sentence; nothing is raised."""
    outcome = found(namespace([SETUP, bound]), "softmax")
    assert verdicts(outcome)[0] == verdict
    assert told in repr(outcome)
    assert "Traceback" not in repr(outcome) + outcome._repr_html_()


@pytest.mark.parametrize("thing", [3, "nonsense", len, print, object(), type("Odd", (), {"__name__": [1]})()])
def test_what_is_no_exercise_is_answered_with_their_names(thing: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for something else says what there is."""
    monkeypatch.chdir(RELEASED)
    outcome = selfcheck.check(thing)
    assert not outcome.ok
    assert "there are: softmax, cross_entropy, SGD, evaluate_accuracy, training" in repr(outcome)


def test_a_folder_without_public_cases_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is nothing to check with, that is said, and how to fix it."""
    monkeypatch.chdir(tmp_path)
    outcome = selfcheck.check("softmax")
    assert repr(outcome).startswith("the assignment's public cases (public_cases.msgpack) are not beside the notebook")
    assert "Traceback" not in outcome._repr_html_()


def test_outside_a_notebook_the_callers_functions_are_checked() -> None:
    """In a plain script, `check` looks at the names of whoever called it."""
    names = namespace() | {"look": selfcheck.check, "place": RELEASED}
    exec("outcome = look('softmax', folder=place)", names)
    assert verdicts(names["outcome"]) == ["pass"] * 3


def test_training_says_what_it_needs() -> None:
    """Blank functions are named; without MNIST, that is said; neither is wrong."""
    names = namespace(cells(SGD="", softmax="def softmax(y):\n    raise NotImplementedError"))
    assert "needs softmax and SGD first" in repr(found(names, "training"))
    nowhere = selfcheck.check_namespace(read(CASES), ["training"], namespace(), Path("/"))
    assert "training needs the MNIST files" in repr(nowhere)
    assert verdicts(nowhere) == ["skipped"] * 3


def test_training_blames_the_function_that_is_wrong() -> None:
    """Where a function fails its own checks, training says so first, and says the rest once."""
    text = repr(found(namespace(cells(SGD="def SGD(params, lr):\n    pass")), "training"))
    assert text.count("SGD failed checks above: fix that first") == 1
    assert "they have not moved at all" in text
    assert text.count("for the same reason as above") == 2


def test_training_hides_what_the_functions_print() -> None:
    """A print in a function is seen for a single call, not for each of 300 steps."""
    talks = RIGHT["SGD"].replace("    for", "    print('step')\n    for")
    names = namespace(cells(SGD=talks))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert found(names, "training").ok
    assert 0 < said.getvalue().count("step") < 10


def test_the_smallest_case_is_shown_of_the_mistake_that_is_told() -> None:
    """Of two cases that fail alike, the one with fewer numbers is laid out, with the student's argument names."""
    outcome = found(namespace(cells(softmax=DOWN_THE_COLUMNS)), "softmax")
    example = outcome.examples["rows_are_distributions"]
    assert example.case.arrays[0].shape == (2, 3)
    assert example.names == ("y_linear",)


# ------------------------------------------------------------------------------------ under nbgrader validate


def validate(path: Path) -> str:
    """Run `nbgrader validate`, as a student does."""
    done = subprocess.run(
        [Path(sys.executable).with_name("nbgrader"), "validate", path.name],
        cwd=path.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout


GRADED = ("softmax", "cross_entropy", "SGD", "evaluate_accuracy", "training")


def short(text: str) -> str:
    """Leave only set-up, answers and grade cells of a filled-in stub: plots and five epochs take half a minute."""
    import nbformat

    tree = nbformat.reads(text, as_version=4)
    keep = ("setup", *GRADED, *(f"{name}-solution" for name in GRADED))
    device = [c for c in tree.cells if c.source.startswith("ctx =")]
    tree.cells = [c for c in tree.cells if c.metadata.get("nbgrader", {}).get("grade_id") in keep or c in device]
    return str(nbformat.writes(tree))


def test_validation_reports_a_failing_check_in_our_words(tmp_path: Path) -> None:
    """The cell counts as failed; what is printed is the self-check's text, without a traceback."""
    said = validate(workplace(tmp_path, short(filled(softmax=DOWN_THE_COLUMNS)), data=True))
    assert "VALIDATION FAILED ON 2 CELL(S)" in said  # softmax, and the training that needs it
    assert BY_COLUMN in said
    assert "Traceback" not in said
    assert "ChecksFailed" not in said
    assert "selfcheck.py" not in said


def test_validation_passes_where_all_is_right(tmp_path: Path) -> None:
    """Nothing is raised, and nothing is on stderr, which nbgrader would count as failed."""
    said = validate(workplace(tmp_path, short(filled()), data=True))
    assert "Success! Your notebook passes all the tests." in said


def test_only_validation_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing check raises `ChecksFailed` under validation, with the text as its traceback, and else nothing."""
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    assert not selfcheck.check("softmax", folder=RELEASED).ok
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert not selfcheck.check("softmax", folder=RELEASED).ok
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with pytest.raises(ChecksFailed) as caught:
        selfcheck.check("softmax", folder=RELEASED)
    assert caught.value._render_traceback_() == str(caught.value).splitlines()
    assert str(caught.value).startswith("softmax\n  ○ there is no softmax yet")


def test_a_broken_mxnet_is_one_sentence(tmp_path: Path) -> None:
    """`from autograder import check` names the doctor where MXNet cannot be imported."""
    (tmp_path / "mxnet.py").write_text("import numpy\nnumpy.there_is_no_bool\n")
    done = subprocess.run(
        [sys.executable, "-c", "from autograder import check"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"},
    )
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(
        "ImportError: MXNet cannot be imported here (AttributeError: module 'numpy' has no attribute"
    )
    assert last.endswith("run `autograder doctor` in a terminal, it says how to fix that")


def test_right_functions_pass_every_public_check() -> None:
    """What was written for these tests, and for no check in particular, passes all eight."""
    assert verdicts(found(namespace())) == [str(Verdict.PASS)] * 8
