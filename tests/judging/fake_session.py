"""A session that answers from a list, and small suites to judge with it: no process, no MXNet."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder import wire
from autograder.asking import Answer, NoAnswer, Outcome, Uses
from autograder.checks import Aspect, Case, Check
from autograder.checks.expectations import CloseTo, Expectation
from autograder.checks.suite import Item, Suite
from autograder.checks.vocabulary import Mistake
from autograder.course.settings import Assignment, Course, Exercise, Limits


@dataclass
class FakeSession:
    """Answers by exercise: each from its list in turn, the last one over and over."""

    answers: dict[str, Sequence[Outcome]]
    loaded: wire.Loaded | NoAnswer
    device: str = "cpu(0)"
    ran_whole: bool = False
    in_kernel: bool = False
    seconds_importing: float = 0.0
    held_up: float = 0.0
    used: Uses | None = None
    asked: list[str] = field(default_factory=list)
    closed: int = 0

    def uses(self, _exercise: str) -> Uses | None:
        """Say what was read."""
        return self.used

    def ask(self, request: wire.Request, arrays: Sequence[wire.Array], seconds: float) -> Outcome:
        """Give the next answer."""
        assert isinstance(request, wire.Play)
        assert seconds > 0
        if isinstance(self.loaded, NoAnswer):
            return self.loaded
        listed = self.answers[request.function]
        outcome = listed[min(self.asked.count(request.function), len(listed) - 1)]
        self.asked.append(request.function)
        return outcome

    def close(self) -> None:
        """Count how often it was closed."""
        self.closed += 1


def fake(answers: dict[str, Sequence[Outcome]], **changes: object) -> FakeSession:
    """Make a session that defines what it has answers for."""
    given: dict[str, object] = {"loaded": wire.Loaded(defined=tuple(answers))} | changes
    return FakeSession(answers, **given)  # type: ignore[arg-type]


def returned(*numbers: float, dtype: str = "float32", device: str = "cpu(0)") -> Answer:
    """Answer with one vector."""
    value = wire.Value("ndarray", "NDArray", 0, device)
    return Answer(wire.Returned(values=(value,)), [np.array(numbers, dtype)])


def case(
    name: str, *right: float, mistakes: dict[str, Sequence[float]] | None = None, expect: Expectation | None = None
) -> Case:
    """One call whose answer is to be `right`; mistakes by their sentences."""
    aspect = Aspect("value", 0, expect or CloseTo(np.array(right)))
    known = tuple(
        Mistake(text, (Aspect("value", 0, CloseTo(np.array(value))),)) for text, value in (mistakes or {}).items()
    )
    return Case(wire.Play(function=name, steps=()), (np.zeros(len(right), np.float32),), (aspect,), known)


def item(name: str, exercise: str, *cases: Case, **changes: object) -> Item:
    """A check of one point."""
    fields: dict[str, object] = {"points": 1.0, "hidden": False, "cases": lambda _rng: iter(())} | changes
    return Item(Check(name=name, title=f"{name} holds", exercise=exercise, **fields), cases)  # type: ignore[arg-type]


def suite(*items: Item, needs: dict[str, tuple[str, ...]] | None = None, forbid: object = ()) -> Suite:
    """A suite of these items, an exercise for each name in them."""
    names = dict.fromkeys([*(needs or {}), *(i.check.exercise for i in items)])
    exercises = {
        name: Exercise(
            points=sum(i.check.points for i in items if i.check.exercise == name) or 1.0,
            needs=(needs or {}).get(name, ()),
            forbid=forbid,  # type: ignore[arg-type]
        )
        for name in names
    }
    points = sum(e.points for e in exercises.values())
    assignment = Assignment(title="a", points=points, exercises=exercises)
    course = Course(course="c", device="cpu", seed=1, data="", assignments={"a": assignment}, limits=Limits())
    return Suite("a", course, assignment, items, None)
