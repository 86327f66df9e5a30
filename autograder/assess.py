"""Compare one outcome with what its case expects: a `Finding` where something does not fit, with its diagnosis.

Pure functions of a case and what a worker claimed; nothing here talks to a worker.
"""

from dataclasses import dataclass

from autograder import wire
from autograder.checks import Aspect, Case
from autograder.compare import Claim, Mismatch, OnDevice
from autograder.result import Verdict, clean
from autograder.slot import Answered, Fallen, Outcome

DETACHED = "the result is cut off from its input: stay with MXNet's operations, so that autograd can follow"
ELSEWHERE = "made on another device, or moved there: make new arrays with ctx=x.context, where x is the input"


@dataclass(frozen=True)
class Finding:
    """Why a check did not pass."""

    verdict: Verdict
    message: str
    diagnosis: str | None = None


def assess(case: Case, outcome: Outcome, device: str) -> Finding | None:
    """Compare one outcome with what its case expects; None where everything fits."""
    if isinstance(outcome, Fallen):
        return Finding(Verdict(outcome.verdict), outcome.message)
    if isinstance(outcome.reply, wire.Raised):
        return raised_finding(outcome.reply, case)
    if not isinstance(outcome.reply, wire.Returned):
        return Finding(Verdict.CRASHED, "the process answered something else than was asked")
    for aspect in case.aspects:
        claim = claim_of(aspect, outcome)
        if claim is None:
            return Finding(Verdict.CRASHED, "the answer lacks a value that was asked for")
        expect = OnDevice(device) if isinstance(aspect.expect, OnDevice) else aspect.expect
        mismatch = expect(claim)
        if mismatch is not None:
            elsewhere = ELSEWHERE if mismatch.kind == "device" and claim.device else None
            return Finding(Verdict.WRONG, _told(case, aspect, mismatch), _diagnose(case, aspect, outcome) or elsewhere)
    return None


def claim_of(aspect: Aspect, outcome: Answered) -> Claim | None:
    """Return the value that an aspect looks at; None where the reply does not hold it."""
    reply, arrays = outcome.reply, outcome.arrays
    if not isinstance(reply, wire.Returned):
        return None
    if aspect.where == "after":
        if aspect.index < len(reply.after) and 0 <= reply.after[aspect.index] < len(arrays):
            array = arrays[reply.after[aspect.index]]
            return Claim("ndarray", "NDArray", array)
        return None
    index = aspect.index + (aspect.where == "gradient")
    if index >= len(reply.values):
        # No gradient was taken because the value has another size: the value itself is what to look at.
        index = 0 if aspect.where == "gradient" else index
    if index >= len(reply.values):
        return None
    value = reply.values[index]
    if value.array is None:
        return Claim(value.kind if value.kind == "none" else "other", clean(value.type_name, 80))
    if not 0 <= value.array < len(arrays):
        return None
    return Claim(value.kind, clean(value.type_name, 80), arrays[value.array], value.device and clean(value.device, 20))


def _diagnose(case: Case, failing: Aspect, outcome: Answered) -> str | None:
    """Return the first known mistake whose value is the one that came back."""
    for mistake in case.mistakes:
        parts = [p for p in mistake.parts if mistake.every or (p.where, p.index) == (failing.where, failing.index)]
        claims = [claim_of(part, outcome) for part in parts]
        if parts and all(c is not None and p.expect(c) is None for p, c in zip(parts, claims, strict=True)):
            return mistake.text
    return None


def _told(case: Case, aspect: Aspect, mismatch: Mismatch) -> str:
    if aspect.where == "gradient":
        return f"gradient: {mismatch.message}"
    if aspect.where == "after":
        what = f"params[{aspect.index}]" if isinstance(case.request, wire.Update) else f"argument {aspect.index}"
        return f"{what} after the call: {mismatch.message}"
    return mismatch.message


def raised_finding(reply: wire.Raised, case: Case | None = None) -> Finding:
    """Put an exception of the submission's into a finding."""
    if reply.cause == "blank":
        return Finding(Verdict.NOT_ATTEMPTED, "still blank: it raises NotImplementedError")
    said = reply.text.removeprefix(f"{reply.error}: ")  # MXNet's messages begin with the name of the error
    error = clean(f"{reply.error}: {said}" if said else reply.error)
    if reply.error == "MemoryError":
        return Finding(Verdict.CRASHED, f"ran out of memory ({error})")
    if reply.cause == "detached":
        return Finding(Verdict.RAISED, error, DETACHED)
    place = ""
    if reply.trace:
        last = reply.trace[-1]
        cell = f"cell {last.cell}, " if last.cell else ""
        place = f" ({cell}line {last.line}: {clean(last.code, 100)})"
    known = [diagnosis for text, diagnosis in (case.raises if case else ()) if text in error]
    return Finding(Verdict.RAISED, error + place, known[0] if known else None)


def stop_finding(stopped: Fallen | wire.Raised) -> Finding:
    """Say what ended a training run."""
    if isinstance(stopped, Fallen):
        return Finding(Verdict(stopped.verdict), f"while training: {stopped.message}")
    finding = raised_finding(stopped)
    return Finding(finding.verdict, f"while training: {finding.message}", finding.diagnosis)
