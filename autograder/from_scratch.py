"""What an exercise must be written without (`forbid` in course.yaml), and what using it all the same costs.

The names are found in the text of the definitions, before anything of a submission runs. Text that hides what it does
is not seen through: this keeps honest work honest, and is no part of what makes grades safe.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.result import CheckResult, Verdict, clean

NAME = "from_scratch"
IDLE = (Verdict.NOT_ATTEMPTED, Verdict.SKIPPED)
Costs = Mapping[str, float]  # name of `forbid` -> points that its use costs


@dataclass(frozen=True)
class Use:
    """A name of `forbid`, as it stands there, and what the definition uses of it, in full."""

    rule: str
    name: str


def uses_of(name: str, costs: Costs, found: Iterable[tuple[str, str, str]]) -> tuple[Use, ...]:
    """Pick those of an exercise from `(exercise, rule, use)` as a worker reports them."""
    return tuple(Use(rule, clean(used, 100)) for owner, rule, used in found if owner == name and rule in costs)


def notes(name: str, costs: Costs, uses: tuple[Use, ...]) -> list[str]:
    """Say what is used that costs nothing."""
    return [f"{name} uses {use.name}" for use in uses if not costs[use.rule]]


def judged(name: str, costs: Costs, uses: tuple[Use, ...], others: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    """Return the check of an exercise whose `forbid` costs points, none for another; `others` are its other checks.

    It is worth nothing. Where it fails its score is negative: the highest cost of what is used, and no more than the
    other checks have earned.
    """
    if not any(costs.values()):
        return ()
    attempted = any(c.verdict not in IDLE for c in others)
    costly = sorted((u for u in uses if costs[u.rule]), key=lambda u: -costs[u.rule])
    verdict = Verdict.WRONG if costly else Verdict.PASS if attempted else Verdict.NOT_ATTEMPTED
    cost = min(costs[costly[0].rule], sum(c.score for c in others)) if costly else 0.0
    names = " and ".join(u.name for u in costly)
    return (
        CheckResult(
            name=NAME,
            title=f"{name} is written from elementary operations",
            hidden=False,
            verdict=verdict,
            score=-cost if cost else 0.0,
            max_score=0.0,
            message=f"{name} uses {names}" if costly else None,
            diagnosis=f"{names} does the exercise's work: here it is to be written out, and using it costs points"
            if costly
            else None,
        ),
    )
