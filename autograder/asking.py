"""How a submission is asked, wherever it runs: what comes back from one request, and what any session can do.

Three kinds of session: a sandboxed child (`sandbox.session`), the student's own kernel (`student.live`), and a list of
answers (in tests).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from autograder import wire

Uses = tuple[tuple[str, str, str], ...]  # exercise, watched name, what it uses of that in full


@dataclass(frozen=True)
class NoAnswer:
    """The child can't answer any more, or did not answer in time: the submission's doing."""

    verdict: Literal["timeout", "crashed"]
    message: str
    held_up: float = field(default=0.0, compare=False)  # seconds in which the judge itself could not look for an answer


@dataclass(frozen=True)
class Answer:
    """The child's reply: a claim about values."""

    reply: wire.Reply
    arrays: list[wire.Array]
    held_up: float = field(default=0.0, compare=False)


Outcome = Answer | NoAnswer


class AnySession(Protocol):
    """One submission on one device. Whatever it says is a claim; it never raises for what the submission does."""

    @property
    def device(self) -> str:
        """Where its arrays are, such as cpu(0)."""

    @property
    def loaded(self) -> wire.Loaded | NoAnswer:
        """What importing it gave."""

    @property
    def ran_whole(self) -> bool:
        """Tell whether the whole notebook had to be run for its definitions."""

    @property
    def in_kernel(self) -> bool:
        """Tell whether it is the student's own kernel: what is missing there has not been run yet."""

    @property
    def seconds_importing(self) -> float:
        """How long importing took, in all."""

    @property
    def held_up(self) -> float:
        """Seconds in which the judge itself could not look for an answer: no submission's fault."""

    def uses(self, exercise: str) -> Uses | None:
        """Return what an exercise uses of the watched names; None where its text was not read."""

    def ask(self, request: wire.Request, arrays: Sequence[wire.Array], seconds: float) -> Outcome:
        """Make one request, to be answered within `seconds`."""

    def close(self) -> None:
        """End what runs; another request begins anew."""
