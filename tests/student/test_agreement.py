"""Facts about self-check and grade: on every answer of the corpus and the sample class they say the same.

For each public check: what the grader says, what the self-check of the file says and, where no call loops or crashes,
that of live functions. The grader draws its own inputs, so a diagnosis by value may be missed on one side; that is
counted. `training` is compared for the sample class, by its verdict: its diagnosis points at hidden checks too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest
from mxnet import cpu
from students import CASES, RELEASED, ROOT

from autograder import wire
from autograder.author import corpus
from autograder.checks import suite
from autograder.checks.suite import Suite
from autograder.course.notebook import Cell, InvalidSubmission, read_submission
from autograder.course.settings import Limits, load
from autograder.judging.judge import judge
from autograder.result import ExerciseResult
from autograder.sandbox import walls as sandbox
from autograder.sandbox.server import WorkerServer
from autograder.student import filecheck, selfcheck
from autograder.student.recorded import read
from autograder.worker import importing

NAME = "softmax_regression"
FUNCTIONS = ("softmax", "cross_entropy", "SGD", "evaluate_accuracy")
CORPUS = corpus.read(ROOT / "tests/submissions" / NAME, FUNCTIONS)
MISSED = 1  # entries of a function whose diagnosis the grader's inputs or the recorded ones show, but not both
CLASS = sorted((ROOT / "tests/submissions/sample_class").glob(f"*/{NAME}/*.ipynb"))
QUICK = Limits(call_seconds=1.0, import_seconds=5.0, notebook_seconds=5.0)
UNFIT = ("timeout", "crashed")  # for a live kernel: the student would interrupt or restart it

Verdicts = dict[str, tuple[str, str | None]]


@dataclass(frozen=True)
class Both:
    """The grader's bench and the student's, each with the exam that it holds."""

    grader: filecheck.Bench
    student: filecheck.Bench


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    """The course's exam in the strongest isolation here, and the recorded cases in none; both with short deadlines."""
    course = load(ROOT)
    server = WorkerServer(sandbox.detect("auto"), ROOT / course.data)
    try:
        with filecheck.bench(RELEASED) as student:
            graded = suite.prepare(ROOT, course, NAME)
            yield Both(
                filecheck.Bench(server, replace(graded, course=msgspec.structs.replace(course, limits=QUICK))),
                filecheck.Bench(
                    student.server,
                    replace(student.suite, course=msgspec.structs.replace(student.suite.course, limits=QUICK)),
                ),
            )
    finally:
        server.close()


def public(exercises: Sequence[ExerciseResult], names: Sequence[str]) -> Verdicts:
    """Verdict and diagnosis of each public check of some exercises; of training, the verdict."""
    return {
        c.name: (str(c.verdict), None if e.name == "training" else c.diagnosis)
        for e in exercises
        if e.name in names
        for c in e.checks
        if not c.hidden
    }


def judged(bench: filecheck.Bench, cells: tuple[Cell, ...], names: Sequence[str], *, hidden: bool = False) -> Verdicts:
    """Judge the exercises `names` of a submission; hidden checks, of grades alone, only where they are asked for."""
    chosen: Suite = filecheck._only(bench.suite, names, ())
    items = tuple(i for i in chosen.items if hidden or not i.check.hidden)
    return public(judge(replace(chosen, items=items), cells, bench.server, "cpu(0)").exercises, names)


def live(cells: tuple[Cell, ...], names: Sequence[str]) -> Verdicts:
    """Check live functions: the cells' definitions, in this process."""
    namespace: dict[str, object] = {}
    sources = tuple(wire.Source(c.index, c.source) for c in cells)
    request = wire.Load(cells=sources, names=FUNCTIONS, mode="slice", seconds=5.0, device="cpu(0)")
    importing.load(request, namespace, cpu())
    namespace.setdefault("ctx", cpu())
    return public(selfcheck.check_namespace(read(CASES), list(names), namespace, RELEASED).exercises, names)


def apart(one: Verdicts, other: Verdicts) -> dict[str, tuple[tuple[str, str | None] | None, ...]]:
    """Return what differs, by the check's name."""
    return {name: (one.get(name), other.get(name)) for name in one | other if one.get(name) != other.get(name)}


@pytest.mark.parametrize(
    "function", ["SGD", *(pytest.param(f, marks=pytest.mark.long) for f in FUNCTIONS if f != "SGD")]
)
def test_every_answer_of_the_corpus_is_judged_alike(function: str, both: Both) -> None:
    """Grader, file and live functions give the same verdicts, and no two different diagnoses."""
    verdicts, contradictions, missed, compared = {}, {}, set(), 0
    for entry in (e for e in CORPUS.entries if e.function == function):
        cells = CORPUS.compose(entry)
        graded = judged(both.grader, cells, [function])
        others = {"file": judged(both.student, cells, [function])}
        if not {verdict for verdict, _ in graded.values()} & {*UNFIT, "not_attempted"}:
            others["live"] = live(cells, [function])
        for where, found in others.items():
            compared += len(found)
            for name, (one, other) in apart(graded, found).items():
                if one is None or other is None or one[0] != other[0]:
                    verdicts[entry.name, where, name] = (one, other)
                elif None in (one[1], other[1]):
                    missed.add(entry.name)
                else:
                    contradictions[entry.name, where, name] = (one[1], other[1])
    assert (verdicts, contradictions) == ({}, {})
    assert len(missed) <= MISSED, missed
    assert compared > 60


@pytest.mark.long
@pytest.mark.parametrize("path", CLASS, ids=[p.parts[-3] for p in CLASS])
def test_every_submission_of_the_sample_class_is_judged_alike(path: Path, both: Both) -> None:
    """Whole notebooks, all exercises, hidden checks beside them: the public verdicts are the same."""
    try:
        cells = read_submission(path).cells
    except InvalidSubmission as error:
        with pytest.raises(InvalidSubmission, match=str(error)[:20]):
            both.student.look(path)
        return
    names = [*FUNCTIONS, "training"]
    assert apart(judged(both.grader, cells, names, hidden=True), judged(both.student, cells, names)) == {}
