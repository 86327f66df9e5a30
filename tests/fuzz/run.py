"""Feeds seeded, mutated inputs to the readers of hostile bytes, and keeps each input that breaks one.

    python -m tests.fuzz.run [--count N] [--seed S] [--target NAME]... [--out tests/fuzz/found]

Input number i of seed S is always the same bytes. An input breaks a target when it raises anything but the exceptions
that the target documents, or takes longer than SECONDS; a target that runs apart may also die of deep nesting.
"""

import argparse
import contextlib
import hashlib
import multiprocessing
import random
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from tests.fuzz.targets import TARGETS, Target

SECONDS = 5.0  # any one input: of processor time, or of waiting on an idle machine
BUSY = 6  # times as long may pass while other programs have the processor
FOUND = Path(__file__).parent / "found"
_FORK = multiprocessing.get_context("fork")


class Hang(BaseException):
    """An input took longer than `SECONDS`; a BaseException, so that no reader takes it for its own."""


@dataclass(frozen=True)
class Finding:
    """An input that broke a target, and how: the exception's name and place, by which findings count as one."""

    data: bytes
    kind: str
    told: str


@dataclass(frozen=True)
class Outcome:
    """How a number of inputs went; `deaths` are processes of a target that runs apart which nesting killed."""

    inputs: int
    seconds: float
    findings: tuple[Finding, ...]
    deaths: int = 0


def make(target: Target, seed: int, number: int) -> bytes:
    """Make input `number` of a seed."""
    return target.make(random.Random(f"{target.name}/{seed}/{number}"))


def feed(target: Target, data: bytes) -> Finding | None:
    """Run one input in this process; say how it broke the target, if it did."""
    try:
        with _alarm(SECONDS):
            target.run(data)
    except Hang:
        return Finding(data, "Hang", f"no end within {SECONDS:g} s")
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        last = traceback.extract_tb(error.__traceback__)[-1]
        kind = f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}"
        return Finding(data, kind, f"{kind}: {str(error)[:300]}")
    return None


def fuzz(target: Target, seed: int, count: int) -> Outcome:
    """Feed inputs 0 to count-1 of a seed; keep the first finding of each kind."""
    return _apart(target, seed, count) if target.apart else _here(target, seed, count)


def _here(target: Target, seed: int, count: int) -> Outcome:
    began = time.monotonic()
    found: dict[str, Finding] = {}
    for number in range(count):
        finding = feed(target, make(target, seed, number))
        if finding is not None:
            found.setdefault(finding.kind, finding)
    return Outcome(count, time.monotonic() - began, tuple(found.values()))


def _apart(target: Target, seed: int, count: int) -> Outcome:
    """Feed the inputs in a process that is begun again behind any input that kills it."""
    began = time.monotonic()
    found: dict[str, Finding] = {}
    number = deaths = 0
    while number < count:
        ours, theirs = _FORK.Pipe()
        process = _FORK.Process(target=_child, args=(theirs, target, seed, number, count))
        process.start()
        theirs.close()
        hung = False
        with ours, contextlib.suppress(EOFError):
            while number < count:
                if not ours.poll(SECONDS * (BUSY + 2)):
                    hung = True
                    break
                finding = ours.recv()
                if finding is not None:
                    found.setdefault(finding.kind, finding)
                number += 1
        if hung:
            process.kill()
        process.join()
        if number < count:
            data = make(target, seed, number)
            deaths += not hung
            if hung:
                found.setdefault("Hang", Finding(data, "Hang", "the process did not even take its alarm"))
            number += 1
    return Outcome(count, time.monotonic() - began, tuple(found.values()), deaths)


def _child(channel: Connection, target: Target, seed: int, first: int, count: int) -> None:
    for number in range(first, count):
        channel.send(feed(target, make(target, seed, number)))


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    began, rings = time.process_time(), iter(range(BUSY))

    def ring(_number: int, _frame: object) -> None:
        if time.process_time() - began > seconds / 2 or next(rings, None) is None:
            raise Hang
        signal.setitimer(signal.ITIMER_REAL, seconds)

    before = signal.signal(signal.SIGALRM, ring)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *timer)  # pytest has one of its own


def keep(target: Target, finding: Finding, folder: Path) -> Path:
    """Write a finding's input where the tests replay it."""
    path = folder / target.name / hashlib.sha256(finding.data).hexdigest()[:16]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(finding.data)
    return path


def main() -> int:
    """Fuzz, print a line a target, return 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", action="append", choices=list(TARGETS))
    parser.add_argument("--out", type=Path, default=FOUND)
    options = parser.parse_args()
    failed = False
    _say(f"{'target':12} {'inputs':>8} {'seconds':>8} {'findings':>8} {'deaths':>7}")
    for name in options.target or TARGETS:
        outcome = fuzz(TARGETS[name], options.seed, options.count)
        figures = f"{outcome.inputs:8} {outcome.seconds:8.1f} {len(outcome.findings):8} {outcome.deaths:7}"
        _say(f"{name:12} {figures}")
        for finding in outcome.findings:
            _say(f"    {finding.told}\n    kept as {keep(TARGETS[name], finding, options.out)}")
        failed = failed or bool(outcome.findings)
    return int(failed)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
