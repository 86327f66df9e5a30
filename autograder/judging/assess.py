"""Compare one outcome with what its case expects: a `Finding` where something does not fit, with its diagnosis.

Pure functions of a case and what a worker claimed; nothing here talks to a worker.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder import wire
from autograder.asking import Answer, NoAnswer, Outcome
from autograder.checks.expectations import Claim, CloseTo, Mismatch, OnDevice, compared
from autograder.checks.vocabulary import Aspect, Case, Mistake
from autograder.judging import symptoms
from autograder.result import Verdict, clean

DETACHED = "the result is cut off from its input: stay with MXNet's operations, so that autograd can follow"
ELSEWHERE = "made on another device, or moved there: make new arrays with ctx=x.context, where x is the input"
BLAME = "failed checks above: fix that first"  # ends the diagnosis of what other exercises spoil
CHANGED = "changed its input in place: compute a new array instead"


@dataclass(frozen=True)
class Finding:
    """Why a check did not pass."""

    verdict: Verdict
    message: str
    diagnosis: str | None = None
    alternatives: tuple[str, ...] = ()  # other diagnoses that fit the value as well
    from_known_mistake: bool = False  # the diagnoses are a check's known mistakes, not what any value might show
    showable: frozenset[str] = frozenset()  # diagnoses that this case would have shown
    symptom: str | None = None  # what the value shows by itself, where a known mistake was told
    blames: tuple[str, ...] = ()  # the exercises at which the diagnosis points, where it does no more
    shown: tuple[Aspect, Claim] | None = dataclasses.field(default=None, compare=False)  # what does not fit


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
            if outcome.reply.stopped is not None:
                return _stopped(case, outcome, outcome.reply.stopped)
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
            program = isinstance(case.request, wire.Play)
            showable = frozenset(mistake.text for mistake in case.mistakes if program)
            symptom = _symptom(case, aspect, outcome) if from_known_mistake else None
            shown = (aspect, claim)
            return Finding(Verdict.WRONG, told, first, known[1:], from_known_mistake, showable, symptom, shown=shown)
    return None if outcome.reply.stopped is None else _stopped(case, outcome, outcome.reply.stopped)


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
    return _claim(reply.values[index], arrays)


def _claim(value: wire.Value, arrays: Sequence[wire.Array]) -> Claim | None:
    """Return what a worker says of one value; None where it names an array that it did not send."""
    name = clean(value.type_name, 80)
    if value.kind in ("list", "tuple", "dict"):
        items = [_claim(item, arrays) for item in value.items]
        if None in items or (value.kind == "dict" and len(value.keys) != len(items)):
            return None
        keys = tuple(clean(key, 80) for key in value.keys)
        return Claim(value.kind, name, items=tuple(item for item in items if item is not None), keys=keys)
    if value.array is None:
        kind = value.kind if value.kind in ("none", "text") else "other"
        return Claim(kind, name, text=None if value.text is None else clean(value.text))
    if not 0 <= value.array < len(arrays):
        return None
    return Claim(value.kind, name, arrays[value.array], value.device and clean(value.device, 20))


def _stopped(case: Case, outcome: Answer, stopped: wire.Raised) -> Finding:
    """Say why a program ended before its last step, where all that it reported until then is right."""
    known = [m.text for m in case.mistakes if m.raised == (stopped.error, stopped.text) and _fits(m, outcome)]
    if stopped.cause in ("parts", "size"):
        return Finding(Verdict.WRONG, clean(stopped.text), known[0] if known else None, from_known_mistake=bool(known))
    finding = raised_finding(stopped, case)
    return dataclasses.replace(finding, diagnosis=known[0]) if known else finding


def _fits(mistake: Mistake, outcome: Answer) -> bool:
    """Tell whether all that a mistake reports is what came back."""
    claims = [(part, claim_of(part, outcome)) for part in mistake.parts]
    return all(claim is not None and part.expect(claim) is None for part, claim in claims)


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


def agreed(findings: Mapping[str, Finding]) -> dict[str, Finding]:
    """Let the failing checks of one exercise, by name, agree: of the mistakes that fit, the one that most bear out.

    A mistake that more checks speak against than for is none: they would have shown it, and came out otherwise. What
    the value shows by itself is told then. Findings of programs alone say what they would have shown.
    """
    wrong = {name: f for name, f in findings.items() if f.verdict is Verdict.WRONG}
    fitting = {name: {d for d in (f.diagnosis, *f.alternatives) if d is not None} for name, f in wrong.items()}

    def borne_out(text: str) -> int:
        return sum(text in fits for fits in fitting.values())

    def refuted(text: str) -> bool:
        against = sum(text in f.showable and text not in fitting[name] for name, f in wrong.items())
        return against > borne_out(text)

    made = dict(findings)
    for name, finding in wrong.items():
        if finding.from_known_mistake and finding.showable:
            left = [d for d in (finding.diagnosis, *finding.alternatives) if d is not None and not refuted(d)]
            left.sort(key=lambda d: -borne_out(d))
            first = left[0] if left else finding.symptom
            made[name] = dataclasses.replace(finding, diagnosis=first, alternatives=tuple(left[1:]))
    return made


def _diagnoses(case: Case, failing: Aspect, outcome: Answer) -> tuple[str, ...]:
    """Return the known mistakes whose value is the one that came back; else what the value shows by itself."""
    found = []
    for mistake in case.mistakes:
        if mistake.raised is not None:
            continue
        parts = [p for p in mistake.parts if mistake.every or (p.where, p.index) == (failing.where, failing.index)]
        claims = [claim_of(part, outcome) for part in parts]
        if parts and all(c is not None and compared(p.expect, c) is None for p, c in zip(parts, claims, strict=True)):
            found.append(mistake.text)
    symptom = None if found else _symptom(case, failing, outcome)
    return tuple(dict.fromkeys(found)) if symptom is None else (symptom,)


def _are_mistakes(case: Case, texts: tuple[str, ...]) -> bool:
    return any(mistake.text in texts for mistake in case.mistakes)


def _symptom(case: Case, failing: Aspect, outcome: Answer) -> str | None:
    if isinstance(case.request, wire.Play) and failing.of == "after":
        return _symptom_of_arrays(case, outcome)
    if isinstance(case.request, wire.Update):
        return _symptom_of_update(case, outcome) if case.request.rounds == 1 else None
    claim = claim_of(failing, outcome)
    told = failing.where == "value" and failing.of == "value" and claim is not None
    return symptoms.of_value(failing.expect, claim) if told and claim is not None else None


def _symptom_of_arrays(case: Case, outcome: Answer) -> str | None:
    """Say what is wrong with arrays of the payload that were to be changed in place."""
    before, after, right = [], [], []
    for aspect in case.aspects:
        claim = claim_of(aspect, outcome)
        if aspect.origin is None or not isinstance(aspect.expect, CloseTo) or claim is None or claim.array is None:
            continue
        origin = case.arrays[aspect.origin].astype(np.float64)
        if claim.array.shape == origin.shape == aspect.expect.value.shape:
            before.append(origin)
            after.append(claim.array.astype(np.float64))
            right.append(aspect.expect.value)
    moved = any(not np.array_equal(b, r) for b, r in zip(before, right, strict=True))
    return symptoms.of_update(before, after, right) if moved else CHANGED


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
    if aspect.where == "gradient" or aspect.of == "gradient":
        return f"gradient: {mismatch.message}"
    if aspect.of == "after":
        return f"array {aspect.origin} after the call: {mismatch.message}"
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


def blaming(finding: Finding, failed: Sequence[str]) -> Finding:
    """Point at the exercises that were needed and have failed themselves, if any have."""
    if not failed:
        return finding
    return dataclasses.replace(finding, diagnosis=f"{listed(failed)} {BLAME}", blames=tuple(failed))


def listed(names: Sequence[str]) -> str:
    """Write names as a sentence has them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
