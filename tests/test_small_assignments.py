"""What a check can ask, in ten small assignments: solution 100 %, stub 0 %, every mistake named."""

from collections.abc import Iterator

import pytest

from autograder.checks import suite as suites
from autograder.checks.suite import Suite
from autograder.course import settings
from autograder.course.notebook import Cell
from autograder.grading.answers import oracles
from autograder.judging.judge import Judgement, judge
from autograder.result import Verdict
from autograder.sandbox.server import WorkerServer
from autograder.sandbox.walls import Isolation
from tests import assigning

WRONG = [(name, answer, told) for name in assigning.NAMES for answer, told in assigning.answers(name).items()]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory, isolation: Isolation) -> Iterator[dict[str, Suite]]:
    """Every assignment's suite, with what its solution gives."""
    root = assigning.course(tmp_path_factory.mktemp("course"), *assigning.NAMES)
    course = settings.load(root)
    with oracles(root, isolation, keep=False) as asked:
        yield {name: asked.answered(suites.prepare(root, course, name)) for name in assigning.NAMES}


def judged(suite: Suite, sources: list[str], server: WorkerServer) -> Judgement:
    """Judge a notebook of these cells."""
    return judge(suite, tuple(Cell(i, text) for i, text in enumerate(sources, 1)), server, "cpu(0)")


@pytest.mark.parametrize("name", assigning.NAMES)
def test_the_solution_gets_every_point(name: str, answered: dict[str, Suite], server: WorkerServer) -> None:
    """Its values are what is expected, within what float32 costs."""
    found = judged(answered[name], assigning.cells(name), server)
    assert {c.name: c.message for e in found.exercises for c in e.checks if c.verdict is not Verdict.PASS} == {}
    assert all(e.score == pytest.approx(e.max_score) for e in found.exercises)


@pytest.mark.parametrize("name", assigning.NAMES)
def test_the_stub_gets_none(name: str, answered: dict[str, Suite], server: WorkerServer) -> None:
    """Blank functions and classes are not attempted."""
    found = judged(answered[name], assigning.blank(name), server)
    verdicts = {c.verdict for e in found.exercises for c in e.checks}
    assert verdicts <= {Verdict.NOT_ATTEMPTED, Verdict.SKIPPED}
    assert sum(e.score for e in found.exercises) == 0


@pytest.mark.parametrize(("name", "answer", "told"), WRONG, ids=[f"{n}-{a}" for n, a, _ in WRONG])
def test_a_mistake_is_named(
    name: str, answer: str, told: str, answered: dict[str, Suite], server: WorkerServer
) -> None:
    """Written otherwise than the file that knows it; no other mistake is told."""
    found = judged(answered[name], assigning.cells(name, answer), server)
    failed = [c for e in found.exercises for c in e.checks if c.verdict is not Verdict.PASS]
    assert {c.diagnosis for c in failed} - {None} == {told}
