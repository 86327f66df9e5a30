"""Facts about a class's statistics."""

from autograder.report.statistics import check_rates, histogram, misconceptions, summarise
from autograder.result import Verdict
from tests.report.samples import CLASS, COLUMNS, PASSED, UNGRADED, WRONG, a_check, a_result, an_exercise


def scored(*points: float) -> list[object]:
    """Results with these scores of 20 points."""
    return [a_result(f"s{i}", score=p, max_score=20.0) for i, p in enumerate(points)]


def test_scores_fall_into_tenths() -> None:
    """A score on an edge counts above it, a full score in the last part, what has no score nowhere."""
    assert histogram([*scored(0, 1.99, 2, 17.9, 18, 20), UNGRADED]) == (2, 1, 0, 0, 0, 0, 0, 0, 1, 2)  # type: ignore[list-item]


def test_each_student_counts_once_for_a_misconception() -> None:
    """Two checks with the same diagnosis are one student; the commonest comes first."""
    other = a_result("x", an_exercise("SGD", a_check(Verdict.WRONG, diagnosis="wrong sign")))
    found = misconceptions([other, *CLASS])
    assert [(m.exercise, m.diagnosis, len(m.results)) for m in found] == [
        ("softmax", COLUMNS, 2),
        ("SGD", "wrong sign", 1),
    ]


def test_blame_is_no_misconception() -> None:
    """Training that points at other exercises is not counted as a mistake of its own."""
    blamed = a_result(
        "x", an_exercise("training", a_check(Verdict.WRONG, diagnosis="fix softmax first", blames=("softmax",)))
    )
    assert misconceptions([blamed]) == ()


def test_rates_count_verdicts_and_what_is_unexplained() -> None:
    """A check's rate is over those that were checked; failures without a diagnosis are counted apart."""
    results = [
        PASSED,
        WRONG,
        a_result("x", an_exercise("softmax", a_check(Verdict.RAISED))),
        a_result("y", an_exercise("softmax", a_check(Verdict.NOT_ATTEMPTED))),
        UNGRADED,
    ]
    rate = check_rates(results)[0]
    assert (rate.name, rate.passed, rate.of, rate.undiagnosed) == ("rows", 1, 4, 1)
    assert dict(rate.verdicts) == {Verdict.WRONG: 1, Verdict.RAISED: 1, Verdict.NOT_ATTEMPTED: 1}


def test_summary_leaves_ungraded_out_of_the_mean() -> None:
    """Mean and median are over those with a score; time and statuses over all."""
    summary = summarise([*scored(10, 20), UNGRADED])  # type: ignore[list-item]
    assert (summary.mean, summary.median, summary.full, summary.total) == (0.75, 0.75, 1, 3)
    assert summary.statuses == {"graded": 2, "ungraded": 1}
    assert summary.seconds == 3.0


def test_an_empty_class_has_a_summary() -> None:
    """Nothing to average is None, not an error."""
    summary = summarise([])
    assert (summary.mean, summary.typical_seconds, summary.slowest, summary.seconds) == (None, None, None, 0)
