"""Compare one outcome with what its case expects: a `Finding` where something does not fit, with its diagnosis.

Pure functions of a case and what a worker claimed; nothing here talks to a worker.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from autograder import wire
from autograder.checks.expectations import Claim, CloseTo, Mismatch, OnDevice, compared
from autograder.checks.vocabulary import Aspect, Case
from autograder.judging import symptoms
from autograder.result import Verdict, clean
from autograder.sandbox.server import Answer, NoAnswer, Outcome

DETACHED = "the result is cut off from its input: stay with MXNet's operations, so that autograd can follow"
ELSEWHERE = "made on another device, or moved there: make new arrays with ctx=x.context, where x is the input"


@dataclass(frozen=True)
class Finding:
    """Why a check did not pass."""

    verdict: Verdict
    message: str
    diagnosis: str | None = None
    alternatives: tuple[str, ...] = ()  # other diagnoses that fit the value as well
    from_known_mistake: bool = False  # the diagnoses are a check's known mistakes, not what any value might show


def assess(case: Case, outcome: Outcome, device: str) -> Finding | None:
    """Compare one outcome with what its case expects; None where everything fits."""
    if isinstance(outcome, NoAnswer):
        stuck = symptoms.STUCK if outcome.verdict == "timeout" else None
        return Finding(Verdict(outcome.verdict), outcome.message, stuck)
    if isinstance(outcome.reply, wire.Raised):
        return raised_finding(outcome.reply, case)
    if not isinstance(outcome.reply, wire.Returned):
        return Finding(Verdict.CRASHED, "the process answered something else than was asked")
    for aspect in case.aspects:
        claim = claim_of(aspect, outcome)
        if claim is None:
            return Finding(Verdict.CRASHED, "the answer lacks a value that was asked for")
        expect = OnDevice(device) if isinstance(aspect.expect, OnDevice) else aspect.expect
        mismatch = compared(expect, claim)
        if mismatch is not None:
            known = _diagnoses(case, aspect, outcome)
            if not known and mismatch.kind == "device" and claim.device:
                known = (ELSEWHERE,)
            told = _told(case, aspect, mismatch)
            from_known_mistake = _are_mistakes(case, known)
            first = known[0] if known else None
            return Finding(Verdict.WRONG, told, first, alternatives=known[1:], from_known_mistake=from_known_mistake)
    return None


def claim_of(aspect: Aspect, outcome: Answer) -> Claim | None:
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


def settle(first: Finding, others: Iterable[tuple[Case, Finding]]) -> Finding:
    """Keep of a diagnosis only what the check's other wrong cases bear out: one value may fit a mistake by chance.

    `others` are further cases of the check that came out wrong. A diagnosis is refuted by a case that could have
    shown it and did not; of those left, the one that most cases bear out is given.
    """
    support = {d: 0 for d in (first.diagnosis, *first.alternatives) if d is not None}
    for case, other in others:
        borne_out = {other.diagnosis, *other.alternatives}
        if other.diagnosis is None and not first.from_known_mistake:
            continue  # it says nothing, neither for nor against what the first value showed by itself
        showable = {mistake.text for mistake in case.mistakes}
        support = {
            d: n + (d in borne_out)
            for d, n in support.items()
            if d in borne_out or (first.from_known_mistake and d not in showable)
        }
    ranked = sorted(support, key=lambda d: -support[d])
    return dataclasses.replace(first, diagnosis=ranked[0] if ranked else None, alternatives=tuple(ranked[1:]))


def _diagnoses(case: Case, failing: Aspect, outcome: Answer) -> tuple[str, ...]:
    """Return the known mistakes whose value is the one that came back; else what the value shows by itself."""
    found = []
    for mistake in case.mistakes:
        parts = [p for p in mistake.parts if mistake.every or (p.where, p.index) == (failing.where, failing.index)]
        claims = [claim_of(part, outcome) for part in parts]
        if parts and all(c is not None and compared(p.expect, c) is None for p, c in zip(parts, claims, strict=True)):
            found.append(mistake.text)
    symptom = None if found else _symptom(case, failing, outcome)
    return tuple(dict.fromkeys(found)) if symptom is None else (symptom,)


def _are_mistakes(case: Case, texts: tuple[str, ...]) -> bool:
    return any(mistake.text in texts for mistake in case.mistakes)


def _symptom(case: Case, failing: Aspect, outcome: Answer) -> str | None:
    if isinstance(case.request, wire.Update):
        return _symptom_of_update(case, outcome) if case.request.rounds == 1 else None
    claim = claim_of(failing, outcome)
    return symptoms.of_value(failing.expect, claim) if failing.where == "value" and claim is not None else None


def _symptom_of_update(case: Case, outcome: Answer) -> str | None:
    pairs = [(aspect.expect, claim_of(aspect, outcome)) for aspect in case.aspects if aspect.where == "after"]
    right = [e.value for e, _ in pairs if isinstance(e, CloseTo)]
    arrays = [c.array for _, c in pairs if c is not None and c.array is not None]
    if [a.shape for a in arrays] != [r.shape for r in right]:  # before anything is converted: a claim may be large
        return None
    after = [a.astype(np.float64) for a in arrays]
    before = [a.astype(np.float64) for a in case.arrays[: len(pairs)]]
    if len(before) != len(after):
        return None
    return symptoms.of_update(before, after, right)


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
    return Finding(Verdict.RAISED, error + place, known[0] if known else symptoms.of_error(reply.error, reply.text))


def stop_finding(stopped: NoAnswer | wire.Raised) -> Finding:
    """Say what ended a training run."""
    if isinstance(stopped, NoAnswer):
        return Finding(Verdict(stopped.verdict), f"while training: {stopped.message}")
    finding = raised_finding(stopped)
    return Finding(finding.verdict, f"while training: {finding.message}", finding.diagnosis)
