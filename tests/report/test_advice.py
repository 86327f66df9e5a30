"""Facts about advice: what is to be fixed first, and that it shows nothing hidden."""

from autograder.report.advice import EXPLAINED, fixes, headline, shown_message
from autograder.result import NoteKind, Verdict
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
    blamed = an_exercise("training", a_check(Verdict.RAISED, diagnosis="fix SGD first", blames=("SGD",)))
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


def test_a_hidden_check_with_a_public_one_s_fault_is_no_second_thing_to_fix() -> None:
    """What ends a process is one fault, though the hidden check's own message says more than the public one's."""
    public = a_check(Verdict.CRASHED, message="the process ended with exit status 3")
    hidden = a_check(Verdict.CRASHED, name="large", hidden=True, message=f"not tried: {SECRET}")
    (fix,) = fixes(a_result("ada", an_exercise("softmax", public, hidden)))
    assert (fix.text, fix.others) == ("the process ended with exit status 3", 0)


def test_words_in_a_diagnosis_blame_nobody() -> None:
    """Only what the judge says it blames waits for others: a sentence that sounds so is a sentence."""
    sounds_so = a_check(Verdict.WRONG, diagnosis="SGD failed checks above: fix that first")
    assert [f.waits for f in fixes(a_result("ada", an_exercise("training", sounds_so)))] == [False]


def test_notes_are_explained_by_their_kind() -> None:
    """All kinds but three have an explanation each; the others say it all."""
    silent = {NoteKind.FRAGILE, NoteKind.VARIANT, NoteKind.LATENESS}
    assert set(EXPLAINED) == set(NoteKind) - silent
    assert len(set(EXPLAINED.values())) == len(EXPLAINED)
