"""What an exercise must be written without (`forbid` in course.yaml), and what using it all the same costs.

The names are found in the text of the definitions, before anything of a submission runs. Text that hides what it does
is not seen through: this keeps honest work honest, and is no part of what makes grades safe.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.checks import rules
from autograder.result import CheckResult, Note, NoteKind, Verdict, clean

NAME = rules.FORBIDDEN  # of the check that says what `forbid` costs
IDLE = (Verdict.NOT_ATTEMPTED, Verdict.SKIPPED)
Costs = Mapping[str, float]  # name of `forbid` -> points that its use costs


@dataclass(frozen=True)
class Use:
    """A name of `forbid`, as it stands there, and what the definition uses of it, in full."""

    rule: str
    name: str


Uses = tuple[Use, ...] | None  # None where nothing was read


def uses_of(name: str, costs: Costs, found: Iterable[tuple[str, str, str]] | None) -> Uses:
    """Pick those of an exercise from `(exercise, rule, use)` as a worker reports them."""
    if found is None:
        return None
    return tuple(Use(rule, clean(used, 100)) for owner, rule, used in found if owner == name and rule in costs)


def notes(name: str, costs: Costs, uses: Uses) -> list[Note]:
    """Say what is used that costs nothing."""
    free = [use.name for use in uses or () if not costs[use.rule]]
    return [Note(kind=NoteKind.USES, exercise=name, text=f"{name} uses {used}") for used in free]


def judged(name: str, costs: Costs, uses: Uses, others: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    """Return the check of an exercise whose `forbid` costs points; none for another, or where nothing was read.

    `others` are its other checks. It is worth nothing. Where it fails its score is negative: the highest cost of what
    is used, and no more than the others have earned. What was not attempted is not accused of anything.
    """
    if uses is None or not others or not any(costs.values()):
        return ()
    attempted = any(c.verdict not in IDLE for c in others)
    costly = sorted((u for u in uses if attempted and costs[u.rule]), key=lambda u: -costs[u.rule])
    message = diagnosis = None
    cost = 0.0
    if costly:
        cost = min(costs[costly[0].rule], sum(c.score for c in others))
        names = " and ".join(u.name for u in costly)
        message = f"{name} uses {names}"
        diagnosis = f"to be written without {names}: using {'it' if len(costly) == 1 else 'them'} costs points"
    return (
        CheckResult(
            name=NAME,
            title=f"{name} is written from elementary operations",
            hidden=False,
            verdict=Verdict.WRONG if costly else Verdict.PASS if attempted else Verdict.NOT_ATTEMPTED,
            score=-cost if cost else 0.0,
            max_score=0.0,
            message=message,
            diagnosis=diagnosis,
        ),
    )
