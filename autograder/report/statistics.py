"""What a class's results come to: scores, pass rates, misconceptions, time. Pure functions of `Result`s."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

from autograder.result import Result, Verdict

BINS = 10


@dataclass(frozen=True)
class Misconception:
    """A diagnosis and the results in which it was made, each once."""

    exercise: str
    diagnosis: str
    results: tuple[Result, ...]


@dataclass(frozen=True)
class CheckRate:
    """How a class did at one check. undiagnosed: failed, and no known mistake explains it."""

    exercise: str
    name: str
    title: str
    hidden: bool
    passed: int
    of: int
    verdicts: tuple[tuple[Verdict, int], ...]  # other than pass, the most frequent first
    undiagnosed: int


@dataclass(frozen=True)
class Summary:
    """Scores as shares of the full score (0 to 1), of those that have one; seconds of grading."""

    total: int
    statuses: dict[str, int]
    mean: float | None
    median: float | None
    full: int
    late: int
    seconds: float
    typical_seconds: float | None
    slowest: Result | None


def summarise(results: Sequence[Result]) -> Summary:
    """Summarise one assignment's results."""
    shares = [share(r) for r in results if r.score is not None]
    times = [seconds(r) for r in results if r.status == "graded"]
    return Summary(
        total=len(results),
        statuses=dict(Counter(r.status for r in results)),
        mean=mean(shares) if shares else None,
        median=median(shares) if shares else None,
        full=sum(s >= 1 for s in shares),
        late=sum(r.late is not None for r in results),
        seconds=sum(map(seconds, results)),
        typical_seconds=median(times) if times else None,
        slowest=max(results, key=seconds) if times else None,
    )


def share(result: Result) -> float:
    """Return the raw score as a share of the full one; 0 where there is none."""
    return (result.score or 0.0) / result.max_score if result.max_score else 0.0


def seconds(result: Result) -> float:
    """Return how long grading took."""
    return result.seconds.importing + result.seconds.checks + result.seconds.training


def histogram(results: Sequence[Result]) -> tuple[int, ...]:
    """Count scores in `BINS` equal parts of the full score; a full score counts in the last."""
    counts = [0] * BINS
    for result in results:
        if result.score is not None:
            counts[min(int(share(result) * BINS + 1e-9), BINS - 1)] += 1
    return tuple(counts)


def misconceptions(results: Sequence[Result]) -> tuple[Misconception, ...]:
    """Group results by exercise and diagnosis, the commonest first; what only points elsewhere is left out."""
    found: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        for exercise in result.exercises:
            told = (c.diagnosis for c in exercise.checks if c.verdict is not Verdict.PASS and not c.blames)
            for diagnosis in dict.fromkeys(d for d in told if d):
                found.setdefault((exercise.name, diagnosis), []).append(result)
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    return tuple(Misconception(exercise, text, tuple(who)) for (exercise, text), who in ordered)


def check_rates(results: Sequence[Result]) -> tuple[CheckRate, ...]:
    """Return the pass rate of each check, in the order of the page of checks, over those that were checked."""
    outcomes: dict[tuple[str, str], list[tuple[Verdict, bool]]] = {}
    described: dict[tuple[str, str], tuple[str, bool]] = {}
    for result in results:
        for exercise in result.exercises:
            for check in exercise.checks:
                key = (exercise.name, check.name)
                described.setdefault(key, (check.title, check.hidden))
                outcomes.setdefault(key, []).append((check.verdict, bool(check.diagnosis)))
    return tuple(_rate(key, described[key], seen) for key, seen in outcomes.items())


def _rate(key: tuple[str, str], described: tuple[str, bool], seen: list[tuple[Verdict, bool]]) -> CheckRate:
    counts = Counter(verdict for verdict, _ in seen)
    idle = (Verdict.PASS, Verdict.NOT_ATTEMPTED, Verdict.SKIPPED)
    return CheckRate(
        exercise=key[0],
        name=key[1],
        title=described[0],
        hidden=described[1],
        passed=counts.pop(Verdict.PASS, 0),
        of=len(seen),
        verdicts=tuple(sorted(counts.items(), key=lambda item: -item[1])),
        undiagnosed=sum(verdict not in idle and not diagnosed for verdict, diagnosed in seen),
    )
