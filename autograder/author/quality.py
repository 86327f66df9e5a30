"""Measures the grader's judgement: grades a corpus of right and wrong answers for real, and counts its errors.

    python -m autograder.author.quality tests/submissions/softmax_regression [--seeds 20] [--json FILE]

Exit status 1 where any right answer loses a point, any wrong one keeps them all, a fundamentally wrong one loses
less than half, a failure costs points elsewhere, a diagnosis is wrong, too few are given, or a verdict depends
on the course's seed. The corpus is described in `autograder.author.corpus`.
"""

import argparse
import dataclasses
import sys
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder import files
from autograder.author import corpus as corpora
from autograder.author.corpus import Corpus, Entry
from autograder.checks import suite as suites
from autograder.checks.suite import Suite
from autograder.checks.vocabulary import Train
from autograder.course import device as devices
from autograder.course.settings import FILE, find_root, load
from autograder.errors import CourseError, MachineError
from autograder.grading.answers import Oracles
from autograder.grading.grader import Pool
from autograder.judging.judge import judge
from autograder.result import ExerciseResult, Verdict
from autograder.sandbox import walls

DIAGNOSED = 0.85  # share of the wrong answers whose feedback must name the mistake
MARGIN = 1e-9  # points are sums of floats
TRAINING = "training"
PATIENCE = 2.5  # seconds for one call: answers that never end need not take their full time here


class Graded(msgspec.Struct, frozen=True):
    """One entry, graded with one course seed."""

    entry: str
    seed: int
    exercises: tuple[ExerciseResult, ...]

    def exercise(self, name: str) -> ExerciseResult | None:
        """Return one exercise's result; None where it was not graded."""
        return next((e for e in self.exercises if e.name == name), None)


class Judged(msgspec.Struct, frozen=True):
    """What the grader did with one entry over all seeds. Each list of errors is empty where it did well."""

    entry: str
    right: bool
    fundamental: bool
    score: float  # with the first seed
    max_score: float
    diagnosed: bool
    errors: tuple[str, ...]  # points and verdicts that are not as they should be
    wrong_diagnoses: tuple[str, ...]
    spilled: tuple[str, ...]  # other exercises that lost points
    flaky: tuple[str, ...]  # checks whose verdict depends on the seed
    varies: bool  # its header says that a check may go either way
    lenient: bool  # fundamentally wrong, and kept more than half


class Figures(msgspec.Struct, frozen=True):
    """The counts that `make quality` prints."""

    seeds: int
    right: int
    accepted: int
    wrong: int
    rejected: int
    fundamental: int
    halved: int
    diagnosed: int
    wrong_diagnoses: int
    spilled: int
    flaky: int
    borderline: int  # entries whose headers say that some check may go either way
    unexpected: int  # entries whose points or verdicts differ from their header

    @property
    def good(self) -> bool:
        """Tell whether the grader meets its target."""
        return (
            (self.accepted, self.rejected, self.halved) == (self.right, self.wrong, self.fundamental)
            and self.diagnosed >= DIAGNOSED * self.wrong
            and not any((self.wrong_diagnoses, self.spilled, self.flaky, self.unexpected))
        )


@dataclass(frozen=True)
class Settings:
    """What to grade the corpus with. `whole`: train to the end, not just the steps that are followed one by one."""

    root: Path
    seeds: int = 1
    whole: bool = False
    jobs: int = 2


def grade(corpus: Corpus, settings: Settings, each: Callable[[Graded], None] = lambda _: None) -> list[Graded]:
    """Grade every entry with every seed, through the real judge in a real sandbox. Seed 0 is the course's own."""
    course = load(settings.root)
    limits = msgspec.structs.replace(course.limits, call_seconds=min(course.limits.call_seconds, PATIENCE))
    course = msgspec.structs.replace(course, limits=limits)
    isolation = walls.detect(course.isolation)
    pool, asked = Pool(isolation, settings.root / course.data), Oracles(settings.root, isolation, keep=False)
    try:
        pool.launch(settings.jobs)
        with pool.lease() as server:
            device = devices.resolve(course.device, server.start(), str(settings.root / FILE))
        graded = []
        with ThreadPoolExecutor(settings.jobs) as executor:
            for number in range(settings.seeds):
                seeded = msgspec.structs.replace(course, seed=course.seed + number)
                suite = asked.answered(suites.prepare(settings.root, seeded, corpus.assignment))
                one = _grading(corpus, suite, number, pool, device, whole=settings.whole)
                for result in executor.map(one, corpus.entries):
                    graded.append(result)
                    each(result)
        return graded
    finally:
        pool.close()
        asked.close()


def _grading(
    corpus: Corpus, suite: Suite, seed: int, pool: Pool, device: str, *, whole: bool
) -> Callable[[Entry], Graded]:
    trained = suite if whole else _briefly_trained(suite)
    untrained = _with(suite, set(suite.functions))

    def one(entry: Entry) -> Graded:
        with pool.lease() as server:
            chosen = trained if entry.function in _needed(suite) else untrained
            judgement = judge(chosen, corpus.compose(entry), server, device)
        return Graded(entry.name, seed, tuple(judgement.exercises))

    return one


def _needed(suite: Suite) -> set[str]:
    return {need for name in suite.trains for need in suite.assignment.exercises[name].needs}


def _briefly_trained(suite: Suite) -> Suite:
    """Judge training by the steps that are followed one by one, the strictest part: the rest takes most of the time."""
    if suite.plan is None:
        return suite
    snapshots = suite.plan.snapshots[: suite.plan.settings.followed_steps]
    left_out = {Train("convergence"), Train("test_accuracy")}
    kept = tuple(
        item for item in suite.items if not any(case in left_out for case in item.cases if isinstance(case, Train))
    )
    plan = dataclasses.replace(suite.plan, snapshots=snapshots, measure=_unmeasured, examine=_unmeasured)
    return dataclasses.replace(suite, items=kept, plan=plan)


def _unmeasured(_params: object) -> float:
    return 0.0


def _with(suite: Suite, exercises: set[str]) -> Suite:
    """Keep only some exercises."""
    kept = {
        name: msgspec.structs.replace(e, needs=tuple(need for need in e.needs if need in exercises))
        for name, e in suite.assignment.exercises.items()
        if name in exercises
    }
    items = tuple(item for item in suite.items if item.check.exercise in kept)
    assignment = msgspec.structs.replace(suite.assignment, exercises=kept)
    return dataclasses.replace(suite, assignment=assignment, items=items)


def review(
    entry: Entry, graded: Sequence[Graded], needs: Collection[str], users: Collection[str] = (TRAINING,)
) -> Judged:
    """Hold what one entry got, with each seed, against what it deserves; `needs`: the functions that `users` need."""
    own = [g.exercise(entry.function) for g in graded]
    assert all(own), "every grading has every function's exercise"
    results = [e for e in own if e is not None]
    errors, wrong_diagnoses, spilled = [], [], []
    for result in results:
        errors += _unexpected(entry, result)
        said = {c.diagnosis for c in result.checks if c.diagnosis}
        allowed = [t for t in (entry.diagnosis, *entry.also) if t]
        wrong_diagnoses += [s for s in sorted(said) if not any(a in s for a in allowed)]
    for g in graded:
        for other in g.exercises:
            mine = other.name == entry.function or (other.name in users and entry.function in needs and not entry.right)
            if not mine and any(c.verdict is not Verdict.PASS for c in other.checks):
                spilled.append(other.name)
    first = results[0]
    half = first.max_score / 2 + MARGIN
    return Judged(
        entry=entry.name,
        right=entry.right,
        fundamental=entry.fundamental,
        score=first.score,
        max_score=first.max_score,
        diagnosed=not entry.right and entry.diagnosis is not None and all(_named(entry, r) for r in results),
        errors=tuple(dict.fromkeys(errors)),
        wrong_diagnoses=tuple(dict.fromkeys(wrong_diagnoses)),
        spilled=tuple(dict.fromkeys(spilled)),
        flaky=tuple(sorted(_flaky(graded).difference(entry.varies))),
        varies=bool(entry.varies),
        lenient=entry.fundamental and any(r.score > half for r in results),
    )


def _unexpected(entry: Entry, result: ExerciseResult) -> list[str]:
    verdicts = {c.name: c.verdict for c in result.checks}
    full = result.score >= result.max_score - MARGIN
    if entry.right:
        lost = [f"{name} {verdict}" for name, verdict in verdicts.items() if verdict is not Verdict.PASS]
        return lost if lost or full else ["lost points"]
    errors = ["lost nothing"] if full else []
    assert entry.points is not None
    if result.score > entry.points + MARGIN or (entry.bound == "exactly" and abs(result.score - entry.points) > MARGIN):
        errors.append(f"{result.score:g} points; expected {entry.bound} {entry.points:g}")
    for name, verdict in entry.verdicts:
        if verdicts.get(name) is not verdict:
            errors.append(f"{name} {verdicts.get(name, 'does not exist')}; expected {verdict}")
    return errors


def _named(entry: Entry, result: ExerciseResult) -> bool:
    assert entry.diagnosis is not None
    return any(entry.diagnosis in c.diagnosis for c in result.checks if c.diagnosis)


def _flaky(graded: Sequence[Graded]) -> set[str]:
    """Name the checks that got different verdicts in gradings of one entry."""
    seen: dict[str, set[Verdict]] = {}
    for g in graded:
        for check in (c for e in g.exercises for c in e.checks):
            seen.setdefault(check.name, set()).add(check.verdict)
    return {name for name, verdicts in seen.items() if len(verdicts) > 1}


def judge_all(
    corpus: Corpus, graded: Sequence[Graded], needs: Collection[str], users: Collection[str] = (TRAINING,)
) -> list[Judged]:
    """Review every entry."""
    by_entry: dict[str, list[Graded]] = {}
    for g in graded:
        by_entry.setdefault(g.entry, []).append(g)
    return [review(entry, by_entry[entry.name], needs, users) for entry in corpus.entries]


def figures(judged: Sequence[Judged], seeds: int) -> Figures:
    """Count."""
    right, wrong = [j for j in judged if j.right], [j for j in judged if not j.right]
    return Figures(
        seeds=seeds,
        right=len(right),
        accepted=sum(not j.errors for j in right),
        wrong=len(wrong),
        rejected=sum("lost nothing" not in j.errors for j in wrong),
        fundamental=sum(j.fundamental for j in wrong),
        halved=sum(j.fundamental and not j.lenient for j in wrong),
        diagnosed=sum(j.diagnosed for j in wrong),
        wrong_diagnoses=sum(len(j.wrong_diagnoses) for j in judged),
        spilled=sum(len(j.spilled) for j in judged),
        flaky=sum(bool(j.flaky) for j in judged),
        borderline=sum(j.varies for j in judged),
        unexpected=sum(bool(j.errors) for j in judged),
    )


def told(judged: Sequence[Judged], found: Figures) -> str:
    """Put the figures, and every error behind them, into lines."""
    lines = []
    for j in judged:
        problems = [*j.errors, *(f"wrong diagnosis: {d}" for d in j.wrong_diagnoses)]
        problems += [f"cost points in {s}" for s in j.spilled] + [f"depends on the seed: {c}" for c in j.flaky]
        problems += ["fundamentally wrong, but kept more than half"] if j.lenient else []
        lines += [f"{j.entry} ({j.score:g}/{j.max_score:g}): {problem}" for problem in problems]
    silent = [j.entry for j in judged if not j.right and not j.diagnosed]
    share = found.diagnosed / found.wrong if found.wrong else 1.0
    lines += [f"without a diagnosis: {', '.join(silent)}"] if silent else []
    lines += [
        f"right answers accepted        {found.accepted} of {found.right}",
        f"wrong answers rejected        {found.rejected} of {found.wrong}",
        f"fundamentally wrong, halved   {found.halved} of {found.fundamental}",
        f"diagnosed                     {found.diagnosed} of {found.wrong} ({share:.0%}; at least {DIAGNOSED:.0%})",
        f"wrong diagnoses               {found.wrong_diagnoses}",
        f"points lost elsewhere         {found.spilled}",
        f"points not as expected        {found.unexpected}",
        f"verdicts that differ by seed  {found.flaky} (of {found.seeds} seeds)",
        f"borderline by their headers   {found.borderline}",
    ]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m autograder.author.quality", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("corpus", type=Path, help="folder of one assignment's answers, named like the assignment")
    parser.add_argument("--seeds", type=_count, default=1, help="how many course seeds to grade with (default 1)")
    parser.add_argument("--whole", action="store_true", help="train to the end, not just the first steps")
    parser.add_argument("--jobs", type=_count, default=2)
    parser.add_argument("--only", default="", help="grade only entries whose name holds this text")
    parser.add_argument("--json", type=Path, help="write figures and every entry's judgement to this file")
    options = parser.parse_args(argv)
    console = Console(stderr=True)
    try:
        root = find_root(options.corpus)
        settings = Settings(root, options.seeds, options.whole, options.jobs)
        suite = suites.prepare(root, load(root), options.corpus.resolve().name)
        exercises = suite.assignment.exercises
        users = [name for name in exercises if exercises[name].needs]
        needs = {need for name in users for need in exercises[name].needs}
        corpus = corpora.read(options.corpus, suite.functions)
        if options.json:
            files.require_writable(options.json.absolute().parent)
        some = tuple(e for e in corpus.entries if options.only in e.name)
        corpus = Corpus(corpus.assignment, corpus.base, some)
        with _bar(console) as bar:
            task = bar.add_task("", total=len(some) * settings.seeds)
            graded = grade(corpus, settings, lambda _: bar.advance(task))
    except MachineError as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return 1
    except (CourseError, OSError) as error:  # OSError: a path that was given, or a file of the corpus
        console.print(str(error), markup=False, soft_wrap=True)
        return 2
    judged = judge_all(corpus, graded, needs, users)
    found = figures(judged, options.seeds)
    sys.stdout.write(told(judged, found) + "\n")
    if options.json:
        files.write_atomically(
            options.json, msgspec.json.format(msgspec.json.encode({"figures": found, "entries": judged}))
        )
    return 0 if found.good else 1


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("write a number from 1 on")
    return number


def _bar(console: Console) -> Progress:
    columns = (TextColumn("grading the corpus"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)


if __name__ == "__main__":
    sys.exit(main())
