"""Facts about self-check and grade: on every answer of the corpus and the sample class they say the same.

For each public check: the verdict and the diagnosis of the grader, of the self-check of the file and, where no call
loops or crashes, of the self-check of live functions. `training` is judged for the sample class, by its verdict; its
diagnosis only points at functions that failed, hidden checks among them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest
from mxnet import cpu
from students import CASES, RELEASED, ROOT

from autograder import corpus, exam, filecheck, sandbox, selfcheck, wire
from autograder.course import Limits, load
from autograder.exam import Exam
from autograder.judge import judge
from autograder.notebook import Cell, InvalidSubmission, read_submission
from autograder.recorded import read
from autograder.result import ExerciseResult
from autograder.slot import Slot
from autograder.worker import importing

NAME = "softmax_regression"
FUNCTIONS = ("softmax", "cross_entropy", "SGD", "evaluate_accuracy")
CORPUS = corpus.read(ROOT / "tests/submissions" / NAME, FUNCTIONS)
SHARES = 8  # the corpus is taken in so many parts, so that a failure names a few
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
    slot = Slot(sandbox.detect("auto"), ROOT / course.data)
    try:
        with filecheck.bench(RELEASED) as student:
            graded = exam.prepare(ROOT, course, NAME)
            yield Both(
                filecheck.Bench(slot, replace(graded, course=msgspec.structs.replace(course, limits=QUICK))),
                filecheck.Bench(
                    student.slot,
                    replace(student.exam, course=msgspec.structs.replace(student.exam.course, limits=QUICK)),
                ),
            )
    finally:
        slot.close()


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
    chosen: Exam = filecheck._only(bench.exam, names)
    items = tuple(i for i in chosen.items if hidden or not i.check.hidden)
    return public(judge(replace(chosen, items=items), cells, bench.slot, "cpu(0)").exercises, names)


def live(cells: tuple[Cell, ...], names: Sequence[str]) -> Verdicts:
    """Check live functions: the cells' definitions, in this process."""
    namespace: dict[str, object] = {}
    sources = tuple(wire.Source(c.index, c.source) for c in cells)
    request = wire.Load(cells=sources, names=FUNCTIONS, mode="slice", seconds=5.0, device="cpu(0)")
    importing.load(request, namespace, cpu())
    namespace.setdefault("ctx", cpu())
    return public(selfcheck.check_namespace(read(CASES), list(names), namespace, RELEASED).exercises, names)


def apart(one: Verdicts, other: Verdicts) -> dict[str, tuple[object, object]]:
    """Return what differs, by the check's name."""
    return {name: (one.get(name), other.get(name)) for name in one | other if one.get(name) != other.get(name)}


@pytest.mark.parametrize("share", range(SHARES))
def test_every_answer_of_the_corpus_is_judged_alike(share: int, both: Both) -> None:
    """Grader, file and live functions agree on the public checks of the function that an entry is about."""
    found = {}
    for entry in CORPUS.entries[share::SHARES]:
        cells, names = CORPUS.compose(entry), [entry.function]
        graded = judged(both.grader, cells, names)
        found[f"{entry.name}: file"] = apart(graded, judged(both.student, cells, names))
        if not {verdict for verdict, _ in graded.values()} & {*UNFIT, "not_attempted"}:
            found[f"{entry.name}: live"] = apart(graded, live(cells, names))
    assert len(found) > 30
    assert {name: differs for name, differs in found.items() if differs} == {}


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
