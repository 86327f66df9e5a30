"""The judge over a session that answers from a list: it fails closed, whatever the answers are. In milliseconds."""

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest

from autograder import wire
from autograder.asking import Answer, NoAnswer, Outcome
from autograder.checks.expectations import Number
from autograder.judging.judge import PATIENCE, WHOLE_RUN, Judgement, judge_session
from autograder.result import CheckResult, Note, NoteKind
from tests.judging.fake_session import case, fake, item, returned, suite

ONE = suite(item("doubles", "f", case("f", 2.0, 4.0)))
TIMEOUT, CRASH = NoAnswer("timeout", "took longer than 5 s"), NoAnswer("crashed", "the process ended")
NOTHING = Answer(wire.Returned(), [])


def the_check(found: Judgement, name: str = "doubles") -> CheckResult:
    """Return one check of a judgement."""
    (check,) = (c for e in found.exercises for c in e.checks if c.name == name)
    return check


def judged(*answers: Outcome, **changes: object) -> CheckResult:
    """Judge the one check by these answers."""
    return the_check(judge_session(ONE, fake({"f": answers}, **changes)))


def raised(error: str, text: str, **changes: object) -> Answer:
    """Answer with an exception."""
    return Answer(wire.Raised(error=error, text=text, **changes), [])  # type: ignore[arg-type]


def test_the_right_values_earn_the_point() -> None:
    """A value that equals the one that is right: everything else in this file earns nothing."""
    check = judged(returned(2.0, 4.0))
    assert (check.verdict, check.score, check.message, check.diagnosis) == ("pass", 1.0, None, None)


ANSWERS: dict[str, tuple[Outcome, str]] = {
    "silence": (TIMEOUT, "timeout"),
    "a death": (CRASH, "crashed"),
    "a reply without the value": (NOTHING, "crashed"),
    "another kind of reply": (Answer(wire.Loaded(defined=("f",)), []), "crashed"),
    "a value that names an array that was not sent": (
        Answer(wire.Returned(values=(wire.Value("ndarray", "NDArray", 3, "cpu(0)"),)), []),
        "crashed",
    ),
    "None": (Answer(wire.Returned(values=(wire.Value("none", "NoneType"),)), []), "wrong"),
    "the text passed": (Answer(wire.Returned(values=(wire.Value("text", "str", text="passed"),)), []), "wrong"),
    "other values": (returned(2.0, 5.0), "wrong"),
    "NaN": (returned(2.0, float("nan")), "wrong"),
    "another shape": (returned(2.0, 4.0, 6.0), "wrong"),
    "one number for two": (returned(2.0), "wrong"),
    "whole numbers": (returned(2.0, 4.0, dtype="int32"), "wrong"),
    "an exception": (raised("ValueError", "no"), "raised"),
    "a blank": (raised("NotImplementedError", "", cause="blank"), "not_attempted"),
    "memory that ran out": (raised("MemoryError", ""), "crashed"),
    "an end before the last step": (
        Answer(wire.Returned(stopped=wire.Raised(error="KeyError", text="'x'")), []),
        "raised",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_whatever_else_comes_earns_nothing(name: str) -> None:
    """Each answer has its verdict and says why; none earns a point."""
    outcome, verdict = ANSWERS[name]
    check = judged(outcome)
    assert (check.verdict, check.score) == (verdict, 0.0)
    assert check.message


def test_a_right_value_before_an_exception_earns_nothing() -> None:
    """What a program reported before it ended is no answer to the whole of it."""
    value = wire.Value("ndarray", "NDArray", 0, "cpu(0)")
    half = Answer(
        wire.Returned(values=(value,), stopped=wire.Raised(error="KeyError", text="'x'")), [np.float32([2, 4])]
    )
    assert (judged(half).verdict, judged(half).score) == ("raised", 0.0)


LOADED: dict[str, tuple[wire.Loaded | NoAnswer, str, str]] = {
    "an import that dies": (CRASH, "crashed", "importing the notebook failed: the process ended"),
    "no definition": (wire.Loaded(defined=(), missing=("f",)), "not_attempted", "the notebook defines no f"),
    "a like name": (
        wire.Loaded(defined=(), missing=("f",), similar=(("f", "ff"),)),
        "not_attempted",
        "the notebook defines no f; there is `ff`, but the name must be `f`",
    ),
    "a blank": (wire.Loaded(defined=("f",), blank=("f",)), "not_attempted", "f is still blank"),
    "no function": (
        wire.Loaded(defined=(), not_callable=(("f", 7, "int"),)),
        "wrong",
        "f holds a value of type int, not a function: cell 7 assigns to that name",
    ),
}


@pytest.mark.parametrize("name", LOADED)
def test_what_is_not_there_is_never_asked(name: str) -> None:
    """Each way of not being there has its verdict and its sentence."""
    loaded, verdict, message = LOADED[name]
    session = fake({"f": [returned(2.0, 4.0)]}, loaded=loaded)
    check = the_check(judge_session(ONE, session))
    assert (check.verdict, check.message, check.score, session.asked) == (verdict, message, 0.0, [])


def test_in_a_kernel_what_is_missing_has_not_been_run() -> None:
    """A student is told to run the cell, and not that the notebook lacks it."""
    said = [
        judged(returned(2.0, 4.0), in_kernel=True, loaded=loaded).message
        for loaded in (wire.Loaded(defined=()), wire.Loaded(defined=(), not_callable=(("f", 0, "int"),)))
    ]
    assert said == [
        "there is no f yet: run the cell that defines it",
        "f holds a value of type int, not a function: run its cell again",
    ]


@pytest.mark.parametrize("lost", [TIMEOUT, CRASH, NOTHING])
def test_patience_ends(lost: Outcome) -> None:
    """After two processes that an exercise has lost, its other checks are not tried; another exercise's are."""
    checks = [item(f"c{i}", "f", case("f", 1.0)) for i in range(4)]
    session = fake({"f": [lost], "g": [returned(1.0)]})
    found = judge_session(suite(*checks, item("d", "g", case("g", 1.0))), session)
    assert session.asked.count("f") == PATIENCE
    assert (the_check(found, "c3").verdict, the_check(found, "d").verdict) == (the_check(found, "c0").verdict, "pass")
    assert str(the_check(found, "c3").message).startswith(f"not tried, for {PATIENCE} checks before it ended the same")


def test_the_first_failing_case_decides() -> None:
    """The cases after it are asked only for what they say of a known mistake."""
    session = fake({"f": [returned(1.0), returned(9.0), returned(2.0)]})
    found = judge_session(suite(item("c", "f", *(case("f", 1.0) for _ in range(3)))), session)
    assert (the_check(found, "c").verdict, session.asked) == ("wrong", ["f", "f"])


@pytest.mark.parametrize(("second", "diagnosis"), [(3.0, "tripled"), (7.0, None)])
def test_a_diagnosis_must_fit_every_wrong_case(second: float, diagnosis: str | None) -> None:
    """A mistake that one value fits by chance is refuted by another that would have shown it."""
    cases = [case("f", 2.0, mistakes={"tripled": [3.0]}), case("f", 2.0, mistakes={"tripled": [3.0]})]
    found = judge_session(suite(item("c", "f", *cases)), fake({"f": [returned(3.0), returned(second)]}))
    assert (the_check(found, "c").verdict, the_check(found, "c").diagnosis) == ("wrong", diagnosis)


def test_what_fails_with_what_it_needs_blames_that() -> None:
    """A failure that nothing explains points at the exercises that were needed and have failed themselves."""
    checks = suite(item("c", "f", case("f", 1.0)), item("d", "g", case("g", 1.0)), needs={"f": (), "g": ("f",)})
    found = judge_session(checks, fake({"f": [returned(2.0)], "g": [returned(2.0)]}))
    assert (the_check(found, "d").blames, the_check(found, "c").blames) == (("f",), ())
    assert the_check(found, "d").diagnosis == "f failed checks above: fix that first"
    right = judge_session(checks, fake({"f": [returned(1.0)], "g": [returned(2.0)]}))
    assert (the_check(right, "d").blames, the_check(right, "d").diagnosis) == ((), None)


def test_an_exercise_without_its_needs_is_still_tried() -> None:
    """What is needed only orders and blames: a function that works by itself has its points."""
    checks = suite(item("c", "f", case("f", 1.0)), item("d", "g", case("g", 1.0)), needs={"f": (), "g": ("f",)})
    found = judge_session(checks, fake({"f": [], "g": [returned(1.0)]}, loaded=wire.Loaded(defined=("g",))))
    assert [the_check(found, c).verdict for c in ("c", "d")] == ["not_attempted", "pass"]


def test_a_check_for_another_device_asks_the_other_session() -> None:
    """One session at a time: the first is closed before the other is asked."""
    checks = suite(item("c", "f", case("f", 1.0)), item("d", "f", case("f", 1.0), roams=True))
    usual, other = fake({"f": [returned(1.0)]}), fake({"f": [returned(2.0)]}, device="cpu(1)")
    found = judge_session(checks, usual, other)
    assert [the_check(found, c).verdict for c in ("c", "d")] == ["pass", "wrong"]
    assert (usual.asked, other.asked, usual.closed > 0, other.closed > 0) == (["f"], ["f"], True, True)


def test_notes_have_their_kind_and_their_exercise() -> None:
    """Of a check that costs nothing, a value that is right in another way, a broken cell, and a whole run."""
    another = Number(1.0, 0.0, 1e-6, arrays=True, also=((2.0, "f counts twice", "padding"),))
    checks = suite(
        item("c", "f", case("f", expect=another)),
        item("d", "f", case("f", 1.0), note=True, points=0.0, hidden=True),
    )
    broken = wire.Broken(name=None, cell=3, line=1, error="NameError", text="x", code="x")
    loaded = wire.Loaded(defined=("f",), broken=(broken,))
    found = judge_session(checks, fake({"f": [returned(2.0)]}, loaded=loaded, ran_whole=True))
    assert found.notes == [
        Note(kind=NoteKind.PADDING, exercise="f", text="f counts twice"),
        Note(kind=NoteKind.FRAGILE, exercise="f", text="d holds"),
        Note(kind=NoteKind.WHOLE_RUN, text=WHOLE_RUN),
        Note(kind=NoteKind.BROKEN_CELL, text="cell 3, line 1: NameError: x (x)"),
    ]
    assert the_check(found, "c").verdict == "pass"


@pytest.mark.parametrize(("forbid", "score", "notes"), [({"nd.f": 0.5}, 0.5, []), (("nd.f",), 1.0, ["f uses mx.nd.f"])])
def test_what_is_forbidden_costs_or_is_noted(forbid: object, score: float, notes: Sequence[str]) -> None:
    """As the course says; what the judge knows of it was read before anything ran."""
    checks = suite(item("c", "f", case("f", 1.0)), forbid=forbid)
    session = fake({"f": [returned(1.0)]}, used=(("f", "nd.f", "mx.nd.f"),))
    found = judge_session(checks, session)
    assert (found.exercises[0].score, [n.text for n in found.notes]) == (score, notes)


@pytest.mark.parametrize(("held_up", "harmed"), [(0.0, False), (2.0, True)])
def test_time_that_ran_out_while_the_judge_was_held_up_is_not_trusted(held_up: float, harmed: bool) -> None:
    """The judge's own delay makes another try worth while; a submission's own does not."""
    assert judge_session(ONE, fake({"f": [TIMEOUT]}, held_up=held_up)).harmed is harmed


def test_evidence_of_all_cases_where_that_is_wanted() -> None:
    """A self-check sees every failing case; its verdict is the one of grading."""
    checks = suite(item("c", "f", *(case("f", 1.0) for _ in range(4))))
    answers = [returned(1.0), returned(2.0), returned(1.0), raised("ValueError", "no")]
    found = judge_session(checks, fake({"f": answers}), thorough=True)
    assert [f.finding.verdict for f in found.evidence["c"]] == ["wrong", "raised"]
    assert the_check(found, "c").verdict == the_check(judge_session(checks, fake({"f": answers})), "c").verdict


def test_the_session_is_closed_where_judging_itself_fails() -> None:
    """A check writer's fault, which is raised, leaves no process behind."""
    session = fake({"f": [returned(1.0, 2.0)]})

    def explode(_request: object, _arrays: object, _seconds: float) -> Outcome:
        raise RuntimeError

    session.ask = explode  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        judge_session(ONE, session)
    assert session.closed > 0


def test_the_judge_starts_no_mxnet() -> None:
    """Judging is NumPy and data: whoever judges imports no framework, and no code of a worker."""
    code = "import sys, autograder.judging.judge; print([m for m in sys.modules if m.split('.')[0] == 'mxnet'])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "[]\n"
