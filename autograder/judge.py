"""Judge one submission: ask its worker, compare what comes back with what was computed here, and count points.

A point exists only because a value that was received equals one that was computed: silence, a dead process and
anything that the submission says of itself earn nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite

from autograder import training, wire
from autograder.checks import Aspect, Case, Check, Train
from autograder.compare import Claim, Fraction, Mismatch, OnDevice
from autograder.exam import Exam, Item
from autograder.notebook import Cell
from autograder.result import CheckResult, ExerciseResult, Seconds, TrainingResult, Verdict, clean
from autograder.sitting import WHOLE_RUN, Clock, Sitting
from autograder.slot import Answered, Fallen, Outcome, Slot

PATIENCE = 2  # processes that one exercise may lose before its other checks are not tried any more
ROLES = ("softmax", "cross_entropy", "SGD")  # activation, loss and optimizer of the training loop
DETACHED = "the result is cut off from its input: stay with MXNet's operations, so that autograd can follow"


@dataclass(frozen=True)
class Finding:
    """Why a check did not pass."""

    verdict: Verdict
    message: str
    diagnosis: str | None = None


@dataclass
class Judgement:
    """What judging one submission has found so far."""

    exercises: list[ExerciseResult] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    training: TrainingResult | None = None
    seconds: Seconds = field(default_factory=Seconds)


def judge(exam: Exam, cells: tuple[Cell, ...], slot: Slot, device: str) -> Judgement:
    """Judge a submission's cells on `device`. Raises `SandboxError` where the machine, not the submission, fails."""
    return _Bench(exam, cells, slot, device).judge()


class _Bench:
    """The state of one judgement: two sittings (the course's device, and one to roam on), and what they cost."""

    def __init__(self, exam: Exam, cells: tuple[Cell, ...], slot: Slot, device: str) -> None:
        clock = Clock(exam.course.limits.submission_seconds)
        away = "cpu(1)" if device == "cpu(0)" else device

        def sit(where: str, roams: bool) -> Sitting:
            return Sitting(slot, cells, exam.functions, where, exam.course.limits, clock, roams)

        self._exam, self._home, self._away = exam, sit(device, False), sit(away, True)
        self._lost: dict[str, list[Fallen]] = {}
        self._run: training.Run | None = None
        self._found = Judgement()
        self._training_seconds = 0.0

    def judge(self) -> Judgement:
        began = time.monotonic()
        try:
            self._note_loading()
            for name in self._exam.assignment.exercises:
                self._found.exercises.append(self._exercise(name))
        finally:
            self._home.close()
            self._away.close()
        importing = self._home.seconds_importing + self._away.seconds_importing
        self._found.seconds = Seconds(
            importing=round(importing, 4),
            checks=round(time.monotonic() - began - importing - self._training_seconds, 4),
            training=round(self._training_seconds, 4),
        )
        self._found.notes[:] = list(dict.fromkeys(self._found.notes))
        return self._found

    # -------------------------------------------------------------------------------- exercises

    def _exercise(self, name: str) -> ExerciseResult:
        items = self._exam.of(name)
        graded = [i for i in items if not i.check.note]
        if name == "training":
            absent = self._unmet(name)
            checks = tuple(_failed(i.check, absent) if absent else self._check(i) for i in graded)
            attempted = absent is None
        else:
            absent = self._absent(name)
            checks = tuple(_failed(i.check, absent) if absent else self._check(i) for i in graded)
            attempted = absent is None or absent.verdict is not Verdict.NOT_ATTEMPTED
            if attempted and all(c.verdict is Verdict.NOT_ATTEMPTED for c in checks):
                attempted = False
            if all(c.verdict is Verdict.PASS for c in checks):
                self._note_passed(name, items)
        return ExerciseResult(
            name=name,
            score=sum(c.score for c in checks),
            max_score=self._exam.assignment.exercises[name].points,
            attempted=attempted,
            checks=checks,
        )

    def _absent(self, name: str) -> Finding | None:
        """Say why a function cannot be called at all, if it can't."""
        loaded = self._home.loaded
        if isinstance(loaded, Fallen):
            return Finding(Verdict(loaded.verdict), f"importing the notebook failed: {loaded.message}")
        for broken in loaded.broken:
            if broken.name == name:
                return Finding(Verdict.RAISED, _broken(broken))
        for other, cell, kind in loaded.not_callable:
            if other == name:
                told = f"{name} is a {clean(kind, 60)}, not a function: cell {cell} assigns to that name"
                return Finding(Verdict.WRONG, told, "another value was assigned to the function's name")
        if name in loaded.blank:
            return Finding(Verdict.NOT_ATTEMPTED, f"{name} is still blank")
        if name not in loaded.defined:
            close = [clean(found, 60) for wanted, found in loaded.similar if wanted == name]
            hint = f"; there is `{close[0]}`: the name must be `{name}`" if close else ""
            return Finding(Verdict.NOT_ATTEMPTED, f"the notebook defines no {name}{hint}")
        return None

    def _unmet(self, name: str) -> Finding | None:
        """Say which function that the training needs is missing or never gave an answer."""
        lacking = []
        for need in self._exam.assignment.exercises[name].needs:
            done = next((e for e in self._found.exercises if e.name == need), None)
            if done is None or not done.attempted or self._absent(need) or len(self._lost.get(need, [])) >= PATIENCE:
                lacking.append(need)
        if not lacking:
            return None
        return Finding(Verdict.SKIPPED, f"training needs {_listed(lacking)} first")

    # -------------------------------------------------------------------------------- checks

    def _check(self, item: Item) -> CheckResult:
        check = item.check
        lost = self._lost.setdefault(check.exercise, [])
        for case in item.cases:
            if len(lost) >= PATIENCE:
                message = f"not tried: {lost[-1].message} (in {PATIENCE} checks before)"
                return _failed(check, Finding(Verdict(lost[-1].verdict), message))
            if isinstance(case, Train):
                finding = self._train(case)
            else:
                sitting = self._away if check.roams else self._home
                outcome = sitting.ask(case.request, list(case.arrays), self._exam.course.limits.call_seconds)
                if isinstance(outcome, Fallen):
                    lost.append(outcome)
                finding = assess(case, outcome, sitting.device)
                self._note_padding(case, outcome, finding)
            if finding is not None:
                return _failed(check, finding)
        return CheckResult(
            name=check.name,
            title=check.title,
            hidden=check.hidden,
            verdict=Verdict.PASS,
            score=check.points,
            max_score=check.points,
        )

    def _train(self, case: Train) -> Finding | None:
        plan = self._exam.plan
        assert plan is not None
        if self._run is None:
            began = time.monotonic()
            limit = self._exam.course.limits.training_seconds
            self._run = training.run(plan, ROLES, _within(limit, self._home.ask))
            self._training_seconds = time.monotonic() - began
            self._found.training = TrainingResult(
                steps=self._run.steps,
                loss=tuple((s, round(v, 6)) for s, v in self._run.loss if isfinite(v)),
                test_accuracy=self._run.test_accuracy,
            )
        if self._run.stopped is not None:
            return _stop(self._run.stopped)
        mismatch = training.ASPECTS[case.aspect](plan, self._run)
        return None if mismatch is None else Finding(Verdict.WRONG, mismatch.message, self._blame())

    def _blame(self) -> str | None:
        """Name the functions whose own checks failed, where training went wrong."""
        needs = self._exam.assignment.exercises["training"].needs
        weak = [e.name for e in self._found.exercises if e.name in needs and e.score < e.max_score]
        return f"{_listed(weak)} failed checks above: mend that first" if weak else None

    # -------------------------------------------------------------------------------- notes

    def _note_loading(self) -> None:
        loaded = self._home.loaded
        if isinstance(loaded, Fallen):
            return
        if self._home.mode == "whole":
            self._found.notes.append(WHOLE_RUN)
        self._found.notes += [_broken(b) for b in loaded.broken if b.name is None]
        for exercise, used in loaded.used:
            if exercise in self._exam.assignment.exercises:
                watched = self._exam.assignment.exercises[exercise].discouraged
                self._found.notes += [f"{exercise} uses {u}" for u in used if u in watched]

    def _note_passed(self, name: str, items: tuple[Item, ...]) -> None:
        """Run the exercise's notes: a mismatch costs nothing, and is told."""
        for item in items:
            if item.check.note and self._check(item).verdict is not Verdict.PASS:
                self._found.notes.append(item.check.title)

    def _note_padding(self, case: Case, outcome: Outcome, finding: Finding | None) -> None:
        if finding is None and isinstance(outcome, Answered):
            for aspect in case.aspects:
                claim = _claim(aspect, outcome)
                if isinstance(aspect.expect, Fraction) and claim is not None and aspect.expect.is_padded(claim):
                    self._found.notes.append("evaluate_accuracy counts the padding of the last batch")


def assess(case: Case, outcome: Outcome, device: str) -> Finding | None:
    """Compare one outcome with what its case expects; None where everything fits."""
    if isinstance(outcome, Fallen):
        return Finding(Verdict(outcome.verdict), outcome.message)
    if isinstance(outcome.reply, wire.Raised):
        return _raised(outcome.reply, case)
    if not isinstance(outcome.reply, wire.Returned):
        return Finding(Verdict.CRASHED, "the process answered something else than was asked")
    for aspect in case.aspects:
        claim = _claim(aspect, outcome)
        if claim is None:
            return Finding(Verdict.CRASHED, "the answer lacks a value that was asked for")
        expect = OnDevice(device) if isinstance(aspect.expect, OnDevice) else aspect.expect
        mismatch = expect(claim)
        if mismatch is not None:
            return Finding(Verdict.WRONG, _told(aspect, mismatch), _diagnose(case, aspect, outcome))
    return None


def _claim(aspect: Aspect, outcome: Answered) -> Claim | None:
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
        claims = [_claim(part, outcome) for part in parts]
        if parts and all(c is not None and p.expect(c) is None for p, c in zip(parts, claims, strict=True)):
            return mistake.text
    return None


def _told(aspect: Aspect, mismatch: Mismatch) -> str:
    if aspect.where == "gradient":
        return f"gradient: {mismatch.message}"
    if aspect.where == "after":
        return f"argument {aspect.index} after the call: {mismatch.message}"
    return mismatch.message


def _raised(reply: wire.Raised, case: Case | None = None) -> Finding:
    """Put an exception of the submission's into a finding."""
    if reply.cause == "blank":
        return Finding(Verdict.NOT_ATTEMPTED, "still blank: it raises NotImplementedError")
    error = clean(f"{reply.error}: {reply.text}" if reply.text else reply.error)
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


def _stop(stopped: Fallen | wire.Raised) -> Finding:
    if isinstance(stopped, Fallen):
        return Finding(Verdict(stopped.verdict), f"while training: {stopped.message}")
    finding = _raised(stopped)
    return Finding(finding.verdict, f"while training: {finding.message}", finding.diagnosis)


def _broken(broken: wire.Broken) -> str:
    return clean(f"cell {broken.cell}, line {broken.line}: {broken.error}: {broken.text}")


def _failed(check: Check, finding: Finding) -> CheckResult:
    return CheckResult(
        name=check.name,
        title=check.title,
        hidden=check.hidden,
        verdict=finding.verdict,
        score=0.0,
        max_score=check.points,
        message=finding.message,
        diagnosis=finding.diagnosis,
    )


def _within(
    limit: float, ask: Callable[[wire.Request, list[wire.Array], float], Outcome]
) -> Callable[[wire.Request, list[wire.Array], float], Outcome]:
    """Give a training run one deadline over all its requests."""
    ends = time.monotonic() + limit

    def bounded(request: wire.Request, arrays: list[wire.Array], seconds: float) -> Outcome:
        left = ends - time.monotonic()
        if left <= 0:
            return Fallen("timeout", f"training took longer than {limit:g} s")
        return ask(request, arrays, min(seconds, left))

    return bounded


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
