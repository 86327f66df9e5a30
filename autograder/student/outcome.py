"""What a self-check found, and how it shows itself: HTML in a notebook, text elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from autograder import wire
from autograder.checks.expectations import Claim
from autograder.checks.vocabulary import Aspect, Case
from autograder.idx import Bytes
from autograder.result import ExerciseResult, Note, TrainingResult, Verdict


@dataclass(frozen=True)
class Example:
    """The smallest case that failed: what was asked, and what was wrong in the answer.

    `names` are what the function calls its arguments, as far as it says so.
    """

    case: Case
    aspect: Aspect
    claim: Claim
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Misread:
    """One test image `(28, 28)`, uint8, that the trained parameters took for another class."""

    image: Bytes
    label: int
    taken_for: int


@dataclass(frozen=True)
class SelfCheck:
    """What the public checks found. `problem` says why there was nothing to check, where there was nothing.

    examples, traces: by the check's name, where one failed; a trace holds the student's own frames, outermost first.
    """

    exercises: tuple[ExerciseResult, ...] = ()
    examples: Mapping[str, Example] = field(default_factory=dict)
    traces: Mapping[str, tuple[wire.TraceLine, ...]] = field(default_factory=dict)
    training: TrainingResult | None = None
    misread: tuple[Misread, ...] = ()
    problem: str | None = None
    notes: tuple[Note, ...] = ()  # what costs nothing, but should be known

    @property
    def ok(self) -> bool:
        """Tell whether every check passed."""
        return self.problem is None and all(c.verdict is Verdict.PASS for e in self.exercises for c in e.checks)

    def as_json(self) -> str:
        """Return the exercises as JSON, in the form that results have."""
        return msgspec.json.encode(self.exercises).decode()

    def __repr__(self) -> str:
        from autograder.student.display import as_text  # noqa: PLC0415 - only what is shown is laid out

        return as_text(self)

    def _repr_html_(self) -> str:
        from autograder.student.display import as_html  # noqa: PLC0415 - only what is shown is laid out

        return as_html(self)


class ChecksFailed(Exception):
    """What `nbgrader validate` counts as a failed cell; a notebook shows its text and no traceback."""

    def __init__(self, found: SelfCheck) -> None:
        super().__init__(repr(found))

    def _render_traceback_(self) -> list[str]:
        """Return the lines that IPython shows in place of a traceback."""
        return str(self).splitlines()
