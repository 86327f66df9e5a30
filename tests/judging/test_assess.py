"""One outcome against its case: which finding it gives, whatever a worker claims."""

import numpy as np
import pytest

from autograder import wire
from autograder.checks import Aspect
from autograder.checks import vocabulary as checks
from autograder.checks.expectations import Anything
from autograder.judging import assess as module
from autograder.judging.assess import Finding, assess, claim_of, raised_finding, stop_finding
from autograder.result import Verdict
from autograder.sandbox.server import Answer, NoAnswer
from tests.making import right_answer

X = np.array([[1.0, 2.0], [3.0, 4.0]])
CALL = checks.call(
    "f", X, expect=checks.close_to(2 * X), mistakes={"three times": 3 * X, "no return": checks.returns_nothing()}
)
KEPT = checks.call("f", X, expect=checks.close_to(2 * X), unchanged=True)
GRADIENT = checks.gradient("f", X, head=X, expect=checks.close_to(2 * X), mistakes={"none arrived": 0 * X})
UPDATE = checks.update(
    "SGD",
    [X, X],
    [X, X],
    0.5,
    expect=[checks.close_to(X / 2), checks.close_to(X / 2)],
    mistakes={"nothing moved": [X, X], "only the first": [X / 2, X]},
)
DEVICE = checks.call("f", X, expect=checks.on_device())


def answered(*arrays: object, after: tuple[int, ...] = (), device: str = "cpu(0)") -> Answer:
    """Answer with MXNet arrays, of which those in `after` are what the arguments hold."""
    held = [np.asarray(a, np.float32) for a in arrays]
    values = tuple(wire.Value("ndarray", "NDArray", i, device) for i in range(len(held)) if i not in after)
    return Answer(wire.Returned(values=values, after=after), held)


@pytest.mark.parametrize("case", [CALL, KEPT, GRADIENT, UPDATE, DEVICE])
def test_what_is_right_has_no_finding(case: checks.Case) -> None:
    """For every kind of call."""
    assert assess(case, right_answer(case), "cpu(0)") is None


def test_a_known_mistake_is_named() -> None:
    """By its value, in the aspect that failed."""
    found = assess(CALL, answered(3 * X), "cpu(0)")
    assert found is not None
    assert (found.verdict, found.diagnosis) == (Verdict.WRONG, "three times")
    assert "4 of 4 values differ" in found.message
    nothing = Answer(wire.Returned(values=(wire.Value("none", "NoneType"),)), [])
    found = assess(CALL, nothing, "cpu(0)")
    assert found is not None
    assert (found.verdict, found.diagnosis) == (Verdict.WRONG, "no return")


def test_a_changed_input_is_told_before_a_wrong_value() -> None:
    """To the last bit; the argument is named by its number."""
    moved = np.nextafter(X.astype(np.float32), np.float32(9))
    found = assess(KEPT, answered(9 * X, moved, after=(1,)), "cpu(0)")
    assert found is not None
    assert found.message.startswith("argument 0 after the call: ")
    assert found.diagnosis == "changed its input in place: compute a new array instead"


def test_an_update_is_diagnosed_by_all_of_its_parameters() -> None:
    """One parameter alone could fit by chance; the parameter is named as students write it."""
    none = Answer(wire.Returned(values=(wire.Value("none", "NoneType"),), after=(0, 1)), [X.astype("f"), X.astype("f")])
    first = Answer(none.reply, [X.astype("f") / 2, X.astype("f")])
    assert [f.diagnosis for f in (assess(UPDATE, a, "cpu(0)") for a in (none, first)) if f] == [
        "nothing moved",
        "only the first",
    ]
    found = assess(UPDATE, first, "cpu(0)")
    assert found is not None
    assert found.message.startswith("params[1] after the call: ")


def test_a_wrong_gradient_is_told_as_one() -> None:
    """The value beside it is not what failed."""
    found = assess(GRADIENT, answered(X, 0 * X), "cpu(0)")
    assert found is not None
    assert found.message.startswith("gradient: ")
    assert found.diagnosis == "none arrived"


def test_the_device_is_the_session_s() -> None:
    """The page of checks leaves it open."""
    assert assess(DEVICE, answered(X, device="cpu(1)"), "cpu(1)") is None
    found = assess(DEVICE, answered(X, device="cpu(1)"), "cpu(0)")
    assert found is not None
    assert (found.verdict, found.message) == (Verdict.WRONG, "the result is on cpu(1); its input was on cpu(0)")


@pytest.mark.parametrize("case", [CALL, KEPT, GRADIENT, UPDATE, DEVICE])
@pytest.mark.parametrize(
    "outcome",
    [
        Answer(wire.Returned(), []),
        Answer(wire.Returned(values=(wire.Value("ndarray", "x", 1),), after=(1,)), [np.zeros(1)]),
        Answer(wire.Returned(values=(wire.Value("ndarray", "x", -1),), after=(-1,)), [np.zeros(1)]),
        Answer(wire.Loaded(defined=("f",)), []),
        Answer(wire.Raised(error="E", text=""), []),
        NoAnswer("timeout", "late"),
        NoAnswer("crashed", "dead"),
    ],
    ids=["nothing", "index too high", "index negative", "loaded", "raised", "late", "dead"],
)
def test_what_is_no_answer_is_never_right(case: checks.Case, outcome: Answer | NoAnswer) -> None:
    """Missing values, indices that lead nowhere, other replies, none at all."""
    found = assess(case, outcome, "cpu(0)")
    assert found is not None
    assert found.verdict in (Verdict.CRASHED, Verdict.RAISED, Verdict.TIMEOUT)


def test_claims_are_cleaned() -> None:
    """A type's name and a device come from the submission."""
    reply = wire.Returned(
        values=(wire.Value("ndarray", "a\nb" * 99, 0, "cpu(0)\x1b[31m" * 9), wire.Value("numpy", "x\n"))
    )
    claim = claim_of(Aspect("value", 0, Anything()), Answer(reply, [np.zeros(1)]))
    assert claim is not None
    assert len(claim.type_name) <= 80
    assert "\n" not in claim.type_name
    assert claim.device is not None
    assert len(claim.device) <= 20
    assert "\x1b" not in claim.device
    other = claim_of(Aspect("value", 1, Anything()), Answer(reply, []))
    assert other is not None
    assert (other.kind, other.type_name, other.array) == ("other", "x", None)


# --- exceptions -------------------------------------------------------------------------------------------------


def test_exceptions_are_findings_of_their_own() -> None:
    """Blank, out of memory, cut off from autograd: each has its verdict."""
    blank = raised_finding(wire.Raised(error="NotImplementedError", text="", cause="blank"))
    assert (blank.verdict, blank.diagnosis) == (Verdict.NOT_ATTEMPTED, None)
    memory = raised_finding(wire.Raised(error="MemoryError", text=""))
    assert (memory.verdict, memory.message) == (Verdict.CRASHED, "ran out of memory (MemoryError)")
    cut = raised_finding(wire.Raised(error="MXNetError", text="x", cause="detached"))
    assert (cut.verdict, cut.diagnosis) == (Verdict.RAISED, module.DETACHED)


def test_an_exception_is_told_with_the_student_s_last_line() -> None:
    """Cell and line, as students count them; a frame without a cell has its line alone."""
    trace = (wire.TraceLine(2, 7, "g(x)"), wire.TraceLine(3, 9, "a\n = b"))
    found = raised_finding(wire.Raised(error="Oops", text="bad", trace=trace))
    assert found.message == "Oops: bad (cell 3, line 9: a = b)"
    assert raised_finding(wire.Raised(error="Oops", text="", trace=(wire.TraceLine(None, 1, "x"),))).message == (
        "Oops (line 1: x)"
    )
    assert raised_finding(wire.Raised(error="MXNetError", text="MXNetError: bad")).message == "MXNetError: bad"


def test_a_case_may_know_its_exceptions() -> None:
    """By a part of their text."""
    case = checks.call("f", X, expect=checks.close_to(X), raises={"ZeroDivisionError": "nothing was counted"})
    assert raised_finding(wire.Raised(error="ZeroDivisionError", text="x"), case).diagnosis == "nothing was counted"
    assert raised_finding(wire.Raised(error="Oops", text="x"), case).diagnosis is None


def test_texts_of_megabytes_are_cut() -> None:
    """Whatever a frame may hold, a finding is short."""
    found = raised_finding(wire.Raised(error="E" * 9999, text="x" * 99_999, trace=(wire.TraceLine(1, 1, "y" * 9999),)))
    assert len(found.message) < 600


def test_training_that_stops_says_that_it_was_training() -> None:
    """With the verdict of what stopped it."""
    assert stop_finding(NoAnswer("timeout", "late")) == Finding(Verdict.TIMEOUT, "while training: late")
    raised = stop_finding(wire.Raised(error="Oops", text="bad"))
    assert (raised.verdict, raised.message) == (Verdict.RAISED, "while training: Oops: bad")
