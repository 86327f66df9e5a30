"""The grader's judgement, on the whole corpus: right answers keep every point, wrong ones lose some and are told why.

One seed; `make quality SEEDS=20` grades with more.
"""

import dataclasses
from pathlib import Path

import pytest

from autograder.author import corpus, quality
from autograder.author.corpus import Corpus, Entry
from autograder.author.quality import Graded, Judged
from autograder.result import CheckResult, ExerciseResult, Verdict

ROOT = Path(__file__).parents[2]
FUNCTIONS = ("softmax", "cross_entropy", "SGD", "evaluate_accuracy")
NEEDS = FUNCTIONS[:3]
CORPUS: Corpus = corpus.read(ROOT / "tests" / "submissions" / "softmax_regression", FUNCTIONS)
LONG = pytest.mark.timeout(900)  # whichever test comes first waits for all to be graded


@pytest.fixture(scope="module")
def judged() -> dict[str, Judged]:
    """Every entry, graded for real."""
    graded = quality.grade(CORPUS, quality.Settings(ROOT))
    return {j.entry: j for j in quality.judge_all(CORPUS, graded, NEEDS)}


def test_a_sample_of_the_corpus_is_judged_as_it_deserves() -> None:
    """Every twenty-fourth entry, as the next test has it for all: some of each function, right ones and wrong ones."""
    sample = dataclasses.replace(CORPUS, entries=CORPUS.entries[::24])
    assert {e.function for e in sample.entries} == set(FUNCTIONS)
    assert {e.right for e in sample.entries} == {True, False}
    found = quality.judge_all(sample, quality.grade(sample, quality.Settings(ROOT)), NEEDS)
    assert len(found) == len(sample.entries)
    assert [j for j in found if j.errors or j.wrong_diagnoses or j.spilled or j.lenient] == []


@pytest.mark.long
@LONG
@pytest.mark.parametrize("entry", CORPUS.entries, ids=lambda e: e.name)
def test_entry(judged: dict[str, Judged], entry: Entry) -> None:
    """An entry gets the points and verdicts that its header says, true diagnoses only, and costs nothing elsewhere."""
    found = judged[entry.name]
    assert (found.errors, found.wrong_diagnoses, found.spilled, found.lenient) == ((), (), (), False)
    assert found.diagnosed == (entry.diagnosis is not None)


@pytest.mark.long
@LONG
def test_the_corpus_meets_its_target(judged: dict[str, Judged]) -> None:
    """Together: all right accepted, all wrong rejected, at least 85 % of them diagnosed."""
    figures = quality.figures(list(judged.values()), seeds=1)
    assert figures.good, quality.told(list(judged.values()), figures)
    assert figures.diagnosed >= 0.85 * figures.wrong


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_corpus_is_large_enough(function: str) -> None:
    """At least 15 right and 30 wrong answers for each function."""
    right = [e.right for e in CORPUS.entries if e.function == function]
    assert sum(right) >= 15
    assert len(right) - sum(right) >= 30


ENTRY = Entry(Path("f/wrong/x.py"), "f", False, (), "at most", 2.0, True, (("one", Verdict.WRONG),), "sign", ("scale",))
RIGHT = Entry(Path("f/right/x.py"), "f", True, ())


def exercise(name: str, *checks: tuple[str, Verdict, str | None]) -> ExerciseResult:
    """An exercise of checks worth two points each."""
    results = tuple(
        CheckResult(
            name=check,
            title="",
            hidden=False,
            verdict=verdict,
            score=2.0 * (verdict is Verdict.PASS),
            max_score=2.0,
            diagnosis=diagnosis,
        )
        for check, verdict, diagnosis in checks
    )
    score, top = sum(c.score for c in results), sum(c.max_score for c in results)
    return ExerciseResult(name=name, score=score, max_score=top, attempted=True, checks=results)


def review(entry: Entry, *gradings: tuple[ExerciseResult, ...]) -> Judged:
    """Review gradings of one entry, one a seed."""
    return quality.review(entry, [Graded("f", i, e) for i, e in enumerate(gradings)], ("f",))


PASS, WRONG = Verdict.PASS, Verdict.WRONG
FINE = exercise("f", ("one", PASS, None), ("two", PASS, None))
HALF = exercise("f", ("one", WRONG, "the sign is flipped"), ("two", PASS, None))


def test_an_entry_that_gets_what_it_deserves_has_no_errors() -> None:
    """A wrong answer that lost half, for the reason given."""
    found = review(ENTRY, (HALF,))
    assert (found.errors, found.wrong_diagnoses, found.flaky, found.lenient) == ((), (), (), False)
    assert found.diagnosed


def test_a_right_answer_that_loses_a_point_is_an_error() -> None:
    """The check that failed is named."""
    assert review(RIGHT, (HALF,)).errors == ("one wrong",)


def test_a_wrong_answer_that_loses_nothing_is_an_error() -> None:
    """It is lenient too, where it is fundamentally wrong."""
    found = review(ENTRY, (FINE,))
    assert found.errors == ("lost nothing", "4 points; expected at most 2", "one pass; expected wrong")
    assert found.lenient
    assert not found.diagnosed


def test_a_diagnosis_that_the_header_does_not_allow_is_wrong() -> None:
    """`diagnosis:` and `also:` say which are true; one is enough to be diagnosed, one more is one too many."""
    both = exercise("f", ("one", WRONG, "the sign is flipped"), ("two", WRONG, "the axis is wrong"))
    found = review(ENTRY, (both,))
    assert (found.diagnosed, found.wrong_diagnoses) == (True, ("the axis is wrong",))


def test_points_lost_in_another_exercise_are_told() -> None:
    """Training may suffer from a wrong function that it needs, but from nothing else."""
    other = exercise("h", ("three", WRONG, None))
    training = exercise("training", ("four", WRONG, None))
    assert review(ENTRY, (HALF, other, training)).spilled == ("h",)
    assert review(RIGHT, (FINE, training)).spilled == ("training",)


def test_a_verdict_that_depends_on_the_seed_is_told() -> None:
    """Two gradings, two verdicts."""
    assert review(ENTRY, (HALF,), (FINE,)).flaky == ("one",)


def test_figures_are_good_only_where_every_count_is() -> None:
    """Each kind of error alone spoils them."""
    good = quality.figures([review(RIGHT, (FINE,)), review(ENTRY, (HALF,))], seeds=1)
    assert good.good
    for name in ("wrong_diagnoses", "spilled", "flaky", "unexpected"):
        assert not _with(good, **{name: 1}).good
    for name in ("accepted", "rejected", "halved", "diagnosed"):
        assert not _with(good, **{name: 0}).good


def _with(figures: quality.Figures, **changes: int) -> quality.Figures:
    import msgspec

    return msgspec.structs.replace(figures, **changes)


def test_unknown_assignments_and_missing_corpora_are_course_errors(tmp_path: Path) -> None:
    """Exit status 2, as for any wrong use."""
    assert quality.main([str(tmp_path)]) == 2


def test_the_brief_training_run_ends_after_the_followed_steps() -> None:
    """What is left of the training exercise is its strictest check."""
    from autograder.checks.suite import prepare
    from autograder.course.settings import load

    suite = prepare(ROOT, load(ROOT), "softmax_regression")
    brief = quality._briefly_trained(suite)
    assert brief.plan is not None
    assert len(brief.plan.snapshots) == brief.plan.settings.followed_steps
    assert [i.check.name for i in brief.of("training")] == ["follows_the_gradient"]
    assert dataclasses.replace(brief, items=suite.items, plan=suite.plan) == suite
