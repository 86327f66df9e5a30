"""The result of one submission, as docs and other programs know it: one JSON object a line (schema 2)."""

import hashlib
import re
import unicodedata
from enum import StrEnum
from typing import Literal

import msgspec

SCHEMA: Literal[2] = 2
MAX_NAME = 120  # characters of a student's name
MAX_TEXT = 400  # characters of any text that came from a submission


class Verdict(StrEnum):
    """What became of one check."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    WRONG = "wrong"
    RAISED = "raised"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    NOT_ATTEMPTED = "not_attempted"
    SKIPPED = "skipped"


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check: its verdict, points, and why. `message` may quote inputs or the submission; `diagnosis` never does.

    blames: the exercises whose own checks failed, and which the diagnosis does no more than point at.
    """

    name: str
    title: str
    hidden: bool
    verdict: Verdict
    score: float
    max_score: float
    message: str | None = None
    diagnosis: str | None = None
    blames: tuple[str, ...] = ()


class ExerciseResult(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise and its checks, in the order of the page of checks."""

    name: str
    score: float
    max_score: float
    attempted: bool
    checks: tuple[CheckResult, ...]


class NoteKind(StrEnum):
    """What a note is about: notes cost nothing."""

    PADDING = "padding"  # the padding of an iterator's last batch is counted too
    FRAGILE = "fragile"  # right for what is asked, and not for every input
    VARIANT = "variant"  # right, in another way than the solution
    USES = "uses"  # uses what `forbid` names without a cost
    WHOLE_RUN = "whole_run"  # the definitions alone did not import, so the whole notebook was run
    BROKEN_CELL = "broken_cell"  # a cell did not run, and no exercise needed it
    READING = "reading"  # what was put right to read the file
    CHOICE = "choice"  # which of several files was graded
    OVERRIDE = "override"  # points that the instructor gave in place of judged ones
    LATENESS = "lateness"  # nobody can tell when it was handed in


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What costs nothing, but should be known. `exercise` is None where it is about the whole notebook."""

    kind: NoteKind
    exercise: str | None = None
    text: str


Curve = tuple[tuple[int, float], ...]  # (step, value) pairs


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What came out in the end, and the least that is asked for. `value` is None where the run did not get there."""

    name: str
    value: float | None
    at_least: float | None = None


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """The curve of a right run, and how far off a measure may be, relative to it."""

    curve: Curve
    band: float | None = None


class TrainingResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge computed from the parameters: steps taken, curves of named measures, and the score.

    references: by the measure's name.
    confusion: `[class][taken for]`, counts over the held-out examples; empty where nothing is classified.
    examples: `(index, class, taken for)` of one held-out example of each commonest mix-up.
    """

    steps: int
    measures: dict[str, Curve]
    score: Score
    references: dict[str, Reference] = {}
    confusion: tuple[tuple[int, ...], ...] = ()
    examples: tuple[tuple[int, int, int], ...] = ()


class Seconds(msgspec.Struct, frozen=True, kw_only=True, rename={"importing": "import"}):
    """Wall-clock seconds: forking and importing, all checks, the training run."""

    importing: float = 0.0
    checks: float = 0.0
    training: float = 0.0


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """How late it was handed in, and what that costs; the raw `Result.score` stays what it is (see `late`)."""

    hours: float  # after the deadline
    days: int  # begun since the deadline; 0 within the grace
    penalty: float  # points taken off
    score: float | None  # what is left; None where the submission is ungraded


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One submission. `graded`, `invalid` (unreadable file: zero, with the reason) or `ungraded` (our fault: null).

    `score` is the raw score. `late` is None unless it came after its deadline; reports show it beside the score.
    """

    schema: Literal[2] = SCHEMA
    student: str
    assignment: str
    path: str
    sha256: str | None
    status: Literal["graded", "invalid", "ungraded"]
    reason: str | None = None
    score: float | None
    max_score: float
    device: str
    isolation: str
    grader: str
    exercises: tuple[ExerciseResult, ...] = ()
    notes: tuple[Note, ...] = ()
    training: TrainingResult | None = None
    seconds: Seconds = Seconds()
    late: Late | None = None


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Make text from a submission safe to print: one line, no control or bidirectional marks, at most `limit` long."""
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text[: 4 * limit])
    kept = " ".join(kept.split())
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def name_of(student: str) -> str:
    """Return a student's name as results show it: as it is where it is clean, else clean and with a digest.

    No two students get the same name: neither those whose names look alike once cleaned, nor one who has taken a name
    that looks like a cleaned one.
    """
    cleaned = clean(student, MAX_NAME)
    if cleaned == student and not re.search(r" \[[0-9a-f]{12}\]$", student):
        return student
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{cleaned} [{digest}]".lstrip()


def encode(result: Result) -> bytes:
    """Encode as one line of JSON, without the line end."""
    return msgspec.json.encode(result)


def decode(line: bytes) -> Result:
    """Decode one line of JSON. Raises msgspec.ValidationError where it is not a result of this schema."""
    return msgspec.json.decode(line, type=Result)
