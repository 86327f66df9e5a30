"""Judge one submission: ask its session, compare what comes back with what was computed here, and count points.

A point exists only because a value that was received equals one that was computed: silence, a dead process and
anything that the submission says of itself earn nothing. The same judge grades, checks a notebook's file, and serves
the student's own kernel; it knows a session (`asking.AnySession`), and not what is behind it.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from autograder import wire
from autograder.asking import Answer, AnySession, NoAnswer, Outcome
from autograder.checks import training
from autograder.checks.expectations import Fraction, Number
from autograder.checks.suite import Item, Suite
from autograder.checks.vocabulary import Case, Check, Train
from autograder.course.notebook import Cell
from autograder.errors import CourseError
from autograder.judging import forbidden
from autograder.judging.assess import Finding, agreed, assess, blaming, claim_of, listed, settle, stop_finding
from autograder.result import CheckResult, ExerciseResult, Note, NoteKind, Seconds, TrainingResult, Verdict, clean
from autograder.sandbox.server import WorkerServer
from autograder.sandbox.session import Clock, Session

PATIENCE = 2  # processes that one exercise may lose before its other checks are not tried any more
HELD_UP = 0.5  # seconds, of the judge's own, after which it does not trust that a submission's time ran out
MAX_BROKEN = 20  # cells that failed, in the notes: the account of them is the worker's
WHOLE_RUN = "the definitions alone did not import, so the whole notebook was run"

Ask = Callable[[wire.Request, list[wire.Array], float], Outcome]


@dataclass(frozen=True)
class Failure:
    """One case that came out otherwise: what was found, what had come back (None: nothing was asked), and where."""

    case: Case | Train
    outcome: Outcome | None
    finding: Finding

    @property
    def trace(self) -> tuple[wire.TraceLine, ...]:
        """The student's own lines, outermost first, where an exception ended it."""
        reply = self.outcome.reply if isinstance(self.outcome, Answer) else None
        raised = reply.stopped if isinstance(reply, wire.Returned) else reply
        return raised.trace if isinstance(raised, wire.Raised) else ()


@dataclass
class Judgement:
    """What judging one submission has found so far."""

    exercises: list[ExerciseResult] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    training: TrainingResult | None = None
    seconds: Seconds = field(default_factory=Seconds)
    harmed: bool = False  # time ran out, and the judge itself was held up: another try may find something else
    evidence: dict[str, list[Failure]] = field(default_factory=dict)  # by the check's name, as far as it was asked


def judge(suite: Suite, cells: tuple[Cell, ...], server: WorkerServer, device: str) -> Judgement:
    """Judge a submission's cells on `device`. Raises `MachineError` where the machine, not the submission, fails."""
    limits = suite.course.limits
    clock = Clock(limits.submission_seconds)
    watched = tuple(dict.fromkeys(n for e in suite.assignment.exercises.values() for n in e.costs))
    usual = Session(server, cells, suite.functions, device, limits, clock, watched=watched)
    # On a CPU, roaming checks use one that is not MXNet's default: what forgets the device is found out.
    away = "cpu(1)" if device == "cpu(0)" else device
    other = Session(server, cells, suite.functions, away, limits, clock, roams=True, leader=usual)
    server.start()  # what the submission before has broken costs this one no time
    return judge_session(suite, usual, other)


def judge_session(
    suite: Suite, usual: AnySession, other: AnySession | None = None, *, thorough: bool = False
) -> Judgement:
    """Judge what a session holds; checks for another device ask `other`, and `usual` where there is none.

    `thorough`: ask also the cases that cannot change a verdict, for `Judgement.evidence`.
    """
    return _Judging(suite, usual, other or usual, thorough=thorough).judge()


class _Judging:
    """The state of one judgement: two sessions, one after the other, and what was found in them."""

    def __init__(self, suite: Suite, usual: AnySession, other: AnySession, *, thorough: bool) -> None:
        self._suite, self._usual, self._other, self._thorough = suite, usual, other, thorough
        self._results: dict[str, CheckResult] = {}
        self._lost: dict[str, list[NoAnswer]] = {name: [] for name in suite.assignment.exercises}
        self._findings: dict[str, dict[str, Finding]] = {name: {} for name in suite.assignment.exercises}
        self._run: training.Run | None = None
        self._training_seconds = 0.0
        self._found = Judgement()

    def judge(self) -> Judgement:
        began = time.monotonic()
        try:
            self._sit(self._usual, roams=False)
            self._note_loading()
            self._usual.close()  # a server holds one child at a time
            self._sit(self._other, roams=True)
        finally:
            self._usual.close()
            self._other.close()
        self._found.exercises += [self._exercise(name) for name in self._suite.assignment.exercises]
        importing = sum(session.seconds_importing for session in self._sessions)
        checks = time.monotonic() - began - importing - self._training_seconds
        self._found.seconds = Seconds(
            importing=round(importing, 4), checks=round(checks, 4), training=round(self._training_seconds, 4)
        )
        ran_out = any(c.verdict is Verdict.TIMEOUT for e in self._found.exercises for c in e.checks)
        self._found.harmed = ran_out and self._usual.held_up > HELD_UP
        self._found.notes[:] = list(dict.fromkeys(self._found.notes))
        return self._found

    @property
    def _sessions(self) -> tuple[AnySession, ...]:
        return (self._usual,) if self._other is self._usual else (self._usual, self._other)

    def _sit(self, session: AnySession, *, roams: bool) -> None:
        """Judge every check that belongs to one session, then the notes of exercises that passed."""
        for name in self._suite.in_order:
            items = [i for i in self._suite.of(name) if i.check.roams == roams]
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
        checks = tuple(self._results[i.check.name] for i in self._suite.of(name) if not i.check.note)
        checks += forbidden.judged(name, self._suite.assignment.exercises[name].costs, self._uses(name), checks)
        idle = (Verdict.NOT_ATTEMPTED, Verdict.SKIPPED)
        return ExerciseResult(
            name=name,
            score=round(sum(c.score for c in checks), 6),  # three checks of 0.1 points earn 0.3 of 0.3
            max_score=self._suite.assignment.exercises[name].points,
            attempted=any(c.verdict not in idle for c in checks),
            checks=checks,
        )

    def _passed(self, check: Check) -> bool:
        return check.name in self._results and _is_pass(self._results[check.name])

    # -------------------------------------------------------------------------------- what is there to judge

    def _absent(self, name: str, session: AnySession) -> Finding | None:
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
                where = "run its cell again" if session.in_kernel else where
                told = f"{name} holds a value of type {clean(kind, 60)}, not a function: {where}"
                return Finding(Verdict.WRONG, told, "another value was assigned to the function's name")
        if name in loaded.blank:
            return Finding(Verdict.NOT_ATTEMPTED, f"{name} is still blank")
        if name not in loaded.defined and session.in_kernel:
            return Finding(Verdict.NOT_ATTEMPTED, f"there is no {name} yet: run the cell that defines it")
        if name not in loaded.defined:
            close = [clean(found, 60) for wanted, found in loaded.similar if wanted == name]
            hint = f"; there is `{close[0]}`, but the name must be `{name}`" if close else ""
            return Finding(Verdict.NOT_ATTEMPTED, f"the notebook defines no {name}{hint}")
        return None

    def _unmet(self, needs: tuple[str, ...], session: AnySession) -> Finding | None:
        """Say which functions that an exercise needs are missing, or never gave an answer."""
        lacking = [n for n in needs if self._absent(n, session) or self._unusable(n)]
        return Finding(Verdict.SKIPPED, f"needs {listed(lacking)} first") if lacking else None

    def _unusable(self, name: str) -> bool:
        verdicts = {self._results[i.check.name].verdict for i in self._suite.of(name) if i.check.name in self._results}
        return len(self._lost[name]) >= PATIENCE or verdicts == {Verdict.NOT_ATTEMPTED}

    # -------------------------------------------------------------------------------- checks

    def _check(self, item: Item, session: AnySession) -> CheckResult:
        check = item.check
        finding = self._prevented(check, session)
        if finding is None:
            finding = self._cases(item, session)
        if finding is not None and finding.diagnosis is None:
            finding = blaming(finding, self._blamed(self._suite.assignment.exercises[check.exercise].needs))
        if finding is not None:
            self._findings[check.exercise][check.name] = finding
        return CheckResult(
            name=check.name,
            title=check.title,
            hidden=check.hidden,
            verdict=Verdict.PASS if finding is None else finding.verdict,
            score=check.points if finding is None else 0.0,
            max_score=check.points,
            message=None if finding is None else finding.message,
            diagnosis=None if finding is None else finding.diagnosis,
            blames=() if finding is None else finding.blames,
        )

    def _prevented(self, check: Check, session: AnySession) -> Finding | None:
        """Say why a check cannot be tried at all, if it can't."""
        if check.exercise in self._suite.trains:
            found = self._unmet(self._suite.assignment.exercises[check.exercise].needs, session)
        else:
            found = self._absent(check.exercise, session)
        why = self._suite.untried.get(check.exercise)
        return found or (None if why is None else Finding(Verdict.SKIPPED, why))

    def _cases(self, item: Item, session: AnySession) -> Finding | None:
        """Try a check's cases until one comes out otherwise; what the others say settles its diagnosis."""
        needs = self._suite.assignment.exercises[item.check.exercise].needs
        for number, case in enumerate(item.cases):
            if isinstance(case, Train):
                finding, outcome = self._train(case, needs)
            else:
                finding, outcome = self._case(case, item.check, session)
            if finding is not None:
                return self._settled(item, number, Failure(case, outcome, finding), session)
        return None

    def _settled(self, item: Item, number: int, first: Failure, session: AnySession) -> Finding:
        """Return what the failing case `number` shows, once the cases after it have been asked about the reason."""
        if first.outcome is not None and isinstance(first.case, Case) and isinstance(first.case.request, wire.Play):
            item = self._suite.diagnose(item)
            first = self._failure(item.cases[number], first.outcome, session) or first
        evidence = self._found.evidence.setdefault(item.check.name, [first])
        further = self._further(item, number + 1, session)
        if self._thorough:
            evidence += (all_further := list(further))
            further = iter(all_further)
        if first.finding.verdict is not Verdict.WRONG or first.finding.diagnosis is None:
            return first.finding
        wrong = (f for f in further if f.finding.verdict is Verdict.WRONG)
        return settle(first.finding, ((f.case, f.finding) for f in wrong if isinstance(f.case, Case)))

    def _failure(self, case: Case | Train, outcome: Outcome, session: AnySession) -> Failure | None:
        finding = assess(case, outcome, session.device) if isinstance(case, Case) else None
        return None if finding is None else Failure(case, outcome, finding)

    def _case(self, case: Case, check: Check, session: AnySession) -> tuple[Finding | None, Outcome | None]:
        lost = self._lost[check.exercise]
        if len(lost) >= PATIENCE:
            told = f"not tried, for {PATIENCE} checks before it ended the same way: {lost[-1].message}"
            ended = assess(case, lost[-1], session.device)
            return Finding(Verdict(lost[-1].verdict), told, ended.diagnosis if ended else None), None
        outcome = session.ask(case.request, list(case.arrays), self._suite.course.limits.call_seconds)
        if isinstance(outcome, NoAnswer):
            lost.append(outcome)
        try:
            finding = assess(case, outcome, session.device)
        except CourseError as error:
            page = f"solutions/{self._suite.name}/checks.py"
            raise CourseError(f"{page}: the check {check.name}: {clean(str(error))}: fix it") from error
        if finding is not None and finding.verdict is Verdict.CRASHED and not isinstance(outcome, NoAnswer):
            session.close()  # whose process speaks nonsense once may do so again: the next call gets a fresh one
            lost.append(NoAnswer("crashed", finding.message))
        if finding is None and isinstance(outcome, Answer):
            self._found.notes += _notes_of(case, outcome, check.exercise)
        return finding, outcome

    def _further(self, item: Item, first: int, session: AnySession) -> Iterator[Failure]:
        """Try the other cases of a check that has failed, for what they say of the reason."""
        for case in (c for c in item.cases[first:] if isinstance(c, Case)):
            outcome = session.ask(case.request, list(case.arrays), self._suite.course.limits.call_seconds)
            if not isinstance(outcome, Answer):
                return
            failure = self._failure(case, outcome, session)
            if failure is not None:
                yield failure

    def _train(self, case: Train, needs: tuple[str, ...]) -> tuple[Finding | None, Outcome | None]:
        """Judge an aspect of the training run, which is made once."""
        plan = self._suite.plan
        assert plan is not None
        if self._run is None:
            began = time.monotonic()
            ask = _within(self._suite.course.limits.training_seconds, self._usual)
            self._run = training.run(plan, training.ROLES, ask)
            self._training_seconds = time.monotonic() - began
            self._found.training = training.result(plan, self._run)
        stopped = self._run.stopped
        if stopped is not None:
            finding = blaming(stop_finding(stopped), self._blamed(needs))
            return finding, stopped if isinstance(stopped, NoAnswer) else Answer(stopped, [])
        mismatch = training.ASPECTS[case.aspect](plan, self._run)
        return None if mismatch is None else Finding(Verdict.WRONG, mismatch.message), None

    def _blamed(self, needs: tuple[str, ...]) -> tuple[str, ...]:
        """Return those whose own checks failed, of the exercises that another needs, where that went wrong."""
        failed = [
            n for n in needs for i in self._suite.of(n) if i.check.name in self._results and not self._passed(i.check)
        ]
        return tuple(dict.fromkeys(failed))

    # -------------------------------------------------------------------------------- notes

    def _note_loading(self) -> None:
        loaded = self._usual.loaded
        if isinstance(loaded, NoAnswer):
            return
        if self._usual.ran_whole:
            self._found.notes.append(Note(kind=NoteKind.WHOLE_RUN, text=WHOLE_RUN))
        broken = [_broken(b) for b in loaded.broken if b.name is None][:MAX_BROKEN]
        self._found.notes += [Note(kind=NoteKind.BROKEN_CELL, text=text) for text in broken]
        for name, exercise in self._suite.assignment.exercises.items():
            self._found.notes += forbidden.notes(name, exercise.costs, self._uses(name))

    def _uses(self, name: str) -> forbidden.Uses:
        return forbidden.uses_of(name, self._suite.assignment.exercises[name].costs, self._usual.uses(name))


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


def _within(limit: float, session: AnySession) -> Ask:
    """Give a training run one deadline over all its requests."""
    ends = time.monotonic() + limit - session.held_up

    def bounded(request: wire.Request, arrays: list[wire.Array], seconds: float) -> Outcome:
        left = ends + session.held_up - time.monotonic()
        if left <= 0:
            return NoAnswer("timeout", f"training took longer than {limit:g} s")
        return session.ask(request, arrays, min(seconds, left))

    return bounded
