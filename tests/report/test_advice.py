"""Facts about advice: what is to be fixed first, and that it shows nothing hidden."""

from autograder.judging.judge import BLAME, PADDING
from autograder.report.advice import explain, fixes, headline, shown_message
from autograder.result import Verdict
from autograder.sandbox.session import WHOLE_RUN
from tests.report.samples import COLUMNS, INVALID, PASSED, SECRET, WRONG, a_check, a_result, an_exercise


def test_a_diagnosis_comes_before_a_bare_failure() -> None:
    """A check that a known mistake explains is named first, though another one is worth more."""
    bare = a_check(Verdict.WRONG, max_score=3.0)
    known = a_check(Verdict.WRONG, name="other", diagnosis=COLUMNS)
    (fix,) = fixes(a_result("ada", an_exercise("softmax", bare, known)))
    assert (fix.text, fix.others, fix.points) == (COLUMNS, 1, 4.0)


def test_one_diagnosis_speaks_for_all_its_checks() -> None:
    """Checks with the same diagnosis are one thing to fix, with one public message to show it."""
    (fix,) = fixes(WRONG)
    assert ([c.name for c in fix.about], fix.others, fix.detail) == (["rows", "large"], 0, "3 of 4 values differ")


def test_what_waits_for_others_comes_last() -> None:
    """Training that only fails with its parts comes after the parts, wherever it stands."""
    blamed = an_exercise("training", a_check(Verdict.RAISED, diagnosis=f"SGD {BLAME}"))
    broken = an_exercise("SGD", a_check(Verdict.WRONG))
    assert [(f.exercise, f.waits) for f in fixes(a_result("ada", blamed, broken))] == [
        ("SGD", False),
        ("training", True),
    ]


def test_hidden_message_is_never_the_advice() -> None:
    """A hidden check without a diagnosis is named by its title, not by what it says."""
    hidden = a_check(Verdict.WRONG, title="Large logits", hidden=True, message=SECRET)
    result = a_result("ada", an_exercise("softmax", hidden))
    assert headline(result) == "softmax: Large logits: another value came back than this asks for"
    assert shown_message(hidden) is None
    assert fixes(result)[0].detail is None


def test_a_reason_is_the_headline() -> None:
    """What could not be read says why; what passes says nothing."""
    assert [headline(INVALID), headline(PASSED)] == ["The file is a PDF.", ""]


def test_known_notes_are_explained() -> None:
    """Each kind of note has its explanation; a note that says it all has none."""
    known = [PADDING, WHOLE_RUN, "softmax uses mxnet.nd.softmax", "cell 3, line 1: NameError: x"]
    assert len({explain(note) for note in known} - {None}) == 4
    assert explain("softmax shifts by the maximum of the whole batch") is None
