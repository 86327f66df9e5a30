"""What a self-check found, and how it shows itself: HTML in a notebook, text elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from autograder.checks import Aspect, Case
from autograder.compare import Claim
from autograder.result import ExerciseResult, Verdict


@dataclass(frozen=True)
class Example:
    """The smallest case that failed: what was asked, and what was wrong in the answer."""

    case: Case
    aspect: Aspect
    claim: Claim


@dataclass(frozen=True)
class SelfCheck:
    """What the public checks found. `problem` says why there was nothing to check, where there was nothing."""

    exercises: tuple[ExerciseResult, ...] = ()
    examples: Mapping[str, Example] | None = None  # by the check's name
    curve: tuple[tuple[int, float, float], ...] = ()  # step, loss, the reference's loss
    problem: str | None = None

    @property
    def ok(self) -> bool:
        """Tell whether every check passed."""
        return self.problem is None and all(c.verdict is Verdict.PASS for e in self.exercises for c in e.checks)

    def as_json(self) -> str:
        """Return the exercises as JSON, in the form that results have."""
        return msgspec.json.encode(self.exercises).decode()

    def __repr__(self) -> str:
        from autograder.display import as_text  # noqa: PLC0415 - only what is shown is laid out

        return as_text(self)

    def _repr_html_(self) -> str:
        from autograder.display import as_html  # noqa: PLC0415 - only what is shown is laid out

        return as_html(self)
