"""Judge one submission: ask its worker, compare what comes back with what was computed here, and count points.

A point exists only because a value that was received equals one that was computed: silence, a dead process and
anything that the submission says of itself earn nothing.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from autograder import wire
from autograder.asking import Answer, NoAnswer, Outcome
from autograder.checks import training
from autograder.checks.expectations import Fraction, Number
from autograder.checks.suite import Item, Suite
from autograder.checks.vocabulary import Case, Check, Train
from autograder.course.notebook import Cell
from autograder.errors import CourseError
from autograder.judging import forbidden as from_scratch
from autograder.judging.assess import Finding, agreed, assess, blaming, claim_of, listed, settle, stop_finding
from autograder.judging.forbidden import Uses
from autograder.result import CheckResult, ExerciseResult, Note, NoteKind, Seconds, TrainingResult, Verdict, clean
from autograder.sandbox.server import WorkerServer
from autograder.sandbox.session import Clock, Session

PATIENCE = 2  # processes that one exercise may lose before its other checks are not tried any more
HELD_UP = 0.5  # seconds, of the judge's own, after which it does not trust that a submission's time ran out
MAX_BROKEN = 20  # cells that failed, in the notes: the account of them is the worker's
WHOLE_RUN = "the definitions alone did not import, so the whole notebook was run"

Ask = Callable[[wire.Request, list[wire.Array], float], Outcome]


@dataclass
class Judgement:
    """What judging one submission has found so far."""

    exercises: list[ExerciseResult] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    training: TrainingResult | None = None
    seconds: Seconds = field(default_factory=Seconds)
    harmed: bool = False  # time ran out, and the judge itself was held up: another try may find something else


def judge(suite: Suite, cells: tuple[Cell, ...], server: WorkerServer, device: str) -> Judgement:
    """Judge a submission's cells on `device`. Raises `MachineError` where the machine, not the submission, fails."""
    return _Bench(suite, cells, server, device).judge()


class _Bench:
    """The state of one judgement: two sittings, one after the other, and what was found in them."""

    def __init__(self, suite: Suite, cells: tuple[Cell, ...], server: WorkerServer, device: str) -> None:
        limits = suite.course.limits
        clock = Clock(limits.submission_seconds)
        self._exam = suite
        watched = tuple(dict.fromkeys(n for e in suite.assignment.exercises.values() for n in e.costs))
        self._home = Session(server, cells, suite.functions, device, limits, clock, watched=watched)
        # On a CPU, roaming checks use one that is not MXNet's default: what forgets the device is found out.
        away = "cpu(1)" if device == "cpu(0)" else device
        self._away = Session(server, cells, suite.functions, away, limits, clock, roams=True)
        self._results: dict[str, CheckResult] = {}
        self._lost: dict[str, list[NoAnswer]] = {name: [] for name in suite.assignment.exercises}
        self._findings: dict[str, dict[str, Finding]] = {name: {} for name in suite.assignment.exercises}
        self._run: training.Run | None = None
        self._training_seconds = 0.0
        self._found = Judgement()

    def judge(self) -> Judgement:
        self._home.server.start()  # what the submission before has broken costs this one no time
        began = time.monotonic()
        try:
            self._sit(self._home, roams=False)
            self._note_loading()
            self._home.close()  # a server holds one child at a time
            self._away.follow(self._home)
            self._sit(self._away, roams=True)
        finally:
            self._home.close()
            self._away.close()
        self._found.exercises += [self._exercise(name) for name in self._exam.assignment.exercises]
        importing = self._home.seconds_importing + self._away.seconds_importing
        checks = time.monotonic() - began - importing - self._training_seconds
        self._found.seconds = Seconds(
            importing=round(importing, 4), checks=round(checks, 4), training=round(self._training_seconds, 4)
        )
        ran_out = any(c.verdict is Verdict.TIMEOUT for e in self._found.exercises for c in e.checks)
        self._found.harmed = ran_out and self._home.clock.held_up > HELD_UP
        self._found.notes[:] = list(dict.fromkeys(self._found.notes))
        return self._found

    def _sit(self, session: Session, *, roams: bool) -> None:
        """Judge every check that belongs to one sitting, then the notes of exercises that passed."""
        for name in self._exam.in_order:
            items = [i for i in self._exam.of(name) if i.check.roams == roams]
            for item in items:
                if not item.check.note:
                    self._results[item.check.name] = self._check(item, session)
            passed = all(self._passed(i.check) for i in items if not i.check.note)
            for item in items:
                if item.check.note and passed and self._check(item, session).verdict is Verdict.WRONG:
                    self._found.notes.append(_as_note(item.check))

    def _exercise(self, name: str) -> ExerciseResult:
        agreed_on = agreed(self._findings[name])
        for check, finding in agreed_on.items():
            if check in self._results:
                self._results[check] = msgspec.structs.replace(self._results[check], diagnosis=finding.diagnosis)
        checks = tuple(self._results[i.check.name] for i in self._exam.of(name) if not i.check.note)
        checks += from_scratch.judged(name, self._exam.assignment.exercises[name].costs, self._uses(name), checks)
        idle = (Verdict.NOT_ATTEMPTED, Verdict.SKIPPED)
        return ExerciseResult(
            name=name,
            score=round(sum(c.score for c in checks), 6),  # three checks of 0.1 points earn 0.3 of 0.3
            max_score=self._exam.assignment.exercises[name].points,
            attempted=any(c.verdict not in idle for c in checks),
            checks=checks,
        )

    def _passed(self, check: Check) -> bool:
        return check.name in self._results and _is_pass(self._results[check.name])

    # -------------------------------------------------------------------------------- what is there to judge

    def _absent(self, name: str, session: Session) -> Finding | None:
        """Say why a function cannot be called at all, if it can't."""
        loaded = session.loaded
        if isinstance(loaded, NoAnswer):
            return Finding(Verdict(loaded.verdict), f"importing the notebook failed: {loaded.message}")
        for broken in loaded.broken:
            if broken.name == name:
                return Finding(Verdict.RAISED, _broken(broken))
        for other, cell, kind in loaded.not_callable:
            if other == name:
                where = f"cell {cell} assigns to that name" if cell else "the notebook assigns to that name"
                told = f"{name} holds a value of type {clean(kind, 60)}, not a function: {where}"
                return Finding(Verdict.WRONG, told, "another value was assigned to the function's name")
        if name in loaded.blank:
            return Finding(Verdict.NOT_ATTEMPTED, f"{name} is still blank")
        if name not in loaded.defined:
            close = [clean(found, 60) for wanted, found in loaded.similar if wanted == name]
            hint = f"; there is `{close[0]}`, but the name must be `{name}`" if close else ""
            return Finding(Verdict.NOT_ATTEMPTED, f"the notebook defines no {name}{hint}")
        return None

    def _unmet(self, needs: tuple[str, ...], session: Session) -> Finding | None:
        """Say which functions that an exercise needs are missing, or never gave an answer."""
        lacking = [n for n in needs if self._absent(n, session) or self._unusable(n)]
        return Finding(Verdict.SKIPPED, f"needs {listed(lacking)} first") if lacking else None

    def _unusable(self, name: str) -> bool:
        verdicts = {self._results[i.check.name].verdict for i in self._exam.of(name) if i.check.name in self._results}
        return len(self._lost[name]) >= PATIENCE or verdicts == {Verdict.NOT_ATTEMPTED}

    # -------------------------------------------------------------------------------- checks

    def _check(self, item: Item, session: Session) -> CheckResult:
        check = item.check
        needs = self._exam.assignment.exercises[check.exercise].needs
        if check.exercise in self._exam.trains:
            finding = self._unmet(needs, session)
        else:
            finding = self._absent(check.exercise, session)
        for number, case in enumerate(item.cases, start=1):
            if finding is not None:
                break
            if isinstance(case, Train):
                finding = self._train(case, needs)
            else:
                finding, outcome = self._case(case, check, session)
                if finding is not None and outcome is not None and isinstance(case.request, wire.Play):
                    item = self._exam.diagnose(item)
                    finding = assess(item.cases[number - 1], outcome, session.device)  # type: ignore[arg-type]
            if finding is not None and finding.verdict is Verdict.WRONG and finding.diagnosis is not None:
                finding = settle(finding, self._also_wrong(item.cases[number:], session))
            if finding is not None and finding.diagnosis is None:
                finding = blaming(finding, self._blamed(needs))
        passed = finding is None
        if finding is not None:
            self._findings[check.exercise][check.name] = finding
        return CheckResult(
            name=check.name,
            title=check.title,
            hidden=check.hidden,
            verdict=Verdict.PASS if finding is None else finding.verdict,
            score=check.points if passed else 0.0,
            max_score=check.points,
            message=None if finding is None else finding.message,
            diagnosis=None if finding is None else finding.diagnosis,
            blames=() if finding is None else finding.blames,
        )

    def _case(self, case: Case, check: Check, session: Session) -> tuple[Finding | None, Outcome | None]:
        lost = self._lost[check.exercise]
        if len(lost) >= PATIENCE:
            told = f"not tried, for {PATIENCE} checks before it ended the same way: {lost[-1].message}"
            ended = assess(case, lost[-1], session.device)
            return Finding(Verdict(lost[-1].verdict), told, ended.diagnosis if ended else None), None
        outcome = session.ask(case.request, list(case.arrays), self._exam.course.limits.call_seconds)
        if isinstance(outcome, NoAnswer):
            lost.append(outcome)
        try:
            finding = assess(case, outcome, session.device)
        except CourseError as error:
            page = f"solutions/{self._exam.name}/checks.py"
            raise CourseError(f"{page}: the check {check.name}: {clean(str(error))}: fix it") from error
        if finding is not None and finding.verdict is Verdict.CRASHED and not isinstance(outcome, NoAnswer):
            session.close()  # whose process speaks nonsense once may do so again: the next call gets a fresh one
            lost.append(NoAnswer("crashed", finding.message))
        if finding is None and isinstance(outcome, Answer):
            self._found.notes += _notes_of(case, outcome, check.exercise)
        return finding, outcome

    def _also_wrong(self, cases: tuple[Case | Train, ...], session: Session) -> Iterator[tuple[Case, Finding]]:
        """Try the other cases of a check that has failed, for what they say of the reason."""
        for case in (c for c in cases if isinstance(c, Case)):
            outcome = session.ask(case.request, list(case.arrays), self._exam.course.limits.call_seconds)
            if not isinstance(outcome, Answer):
                return
            finding = assess(case, outcome, session.device)
            if finding is not None and finding.verdict is Verdict.WRONG:
                yield case, finding

    def _train(self, case: Train, needs: tuple[str, ...]) -> Finding | None:
        plan = self._exam.plan
        assert plan is not None
        if self._run is None:
            began = time.monotonic()
            ask = _within(self._exam.course.limits.training_seconds, self._home)
            self._run = training.run(plan, training.ROLES, ask)
            self._training_seconds = time.monotonic() - began
            self._found.training = training.result(plan, self._run)
        if self._run.stopped is not None:
            stop = stop_finding(self._run.stopped)
            return blaming(stop, self._blamed(needs))
        mismatch = training.ASPECTS[case.aspect](plan, self._run)
        return None if mismatch is None else Finding(Verdict.WRONG, mismatch.message)

    def _blamed(self, needs: tuple[str, ...]) -> tuple[str, ...]:
        """Return those whose own checks failed, of the exercises that another needs, where that went wrong."""
        failed = [
            n for n in needs for i in self._exam.of(n) if i.check.name in self._results and not self._passed(i.check)
        ]
        return tuple(dict.fromkeys(failed))

    # -------------------------------------------------------------------------------- notes

    def _note_loading(self) -> None:
        loaded = self._home.loaded
        if isinstance(loaded, NoAnswer):
            return
        if self._home.mode == "whole":
            self._found.notes.append(Note(kind=NoteKind.WHOLE_RUN, text=WHOLE_RUN))
        broken = [_broken(b) for b in loaded.broken if b.name is None][:MAX_BROKEN]
        self._found.notes += [Note(kind=NoteKind.BROKEN_CELL, text=text) for text in broken]
        for name, exercise in self._exam.assignment.exercises.items():
            self._found.notes += from_scratch.notes(name, exercise.costs, self._uses(name))

    def _uses(self, name: str) -> Uses:
        return from_scratch.uses_of(name, self._exam.assignment.exercises[name].costs, self._home.uses)


def _notes_of(case: Case, outcome: Answer, exercise: str) -> Iterator[Note]:
    """Yield what is to be noted of values that are right."""
    for aspect in case.aspects:
        claim = claim_of(aspect, outcome)
        if isinstance(aspect.expect, Number | Fraction) and claim is not None:
            note = aspect.expect.note(claim, exercise)
            if note is not None:
                yield note


def _as_note(check: Check) -> Note:
    return Note(kind=NoteKind(check.note_kind), exercise=check.exercise, text=check.title)


def _is_pass(result: CheckResult) -> bool:
    return result.verdict is Verdict.PASS


def _broken(broken: wire.Broken) -> str:
    code = f" ({clean(broken.code, 100)})" if broken.code else ""
    cell = f"cell {broken.cell}, " if broken.cell else ""  # 0: a script
    return clean(f"{cell}line {broken.line}: {broken.error}: {broken.text}") + code


def _within(limit: float, session: Session) -> Ask:
    """Give a training run one deadline over all its requests."""
    ends = time.monotonic() + limit - session.clock.held_up

    def bounded(request: wire.Request, arrays: list[wire.Array], seconds: float) -> Outcome:
        left = ends + session.clock.held_up - time.monotonic()
        if left <= 0:
            return NoAnswer("timeout", f"training took longer than {limit:g} s")
        return session.ask(request, arrays, min(seconds, left))

    return bounded
