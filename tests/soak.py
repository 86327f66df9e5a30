"""One long run over many submissions in which nothing may grow: memory, descriptors, processes, files.

    python -m tests.soak [--count N] [--jobs J] [--seed S]

The sample class and the corpus, shuffled; every submission that never ends is left out but a few. Sampled from /proc
as results come: the judge, and the worker servers with all that they start. After a warm-up of a fifth of the run a
straight line is laid through each figure, and its rise over the whole run must stay within `Tolerance`.
"""

import argparse
import contextlib
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.author import corpus
from autograder.course import settings as course
from autograder.course.submissions import Submission, find
from autograder.grading.run import Job, grade_all
from autograder.result import Result
from tests.processes import descendants, is_server

ROOT = Path(__file__).resolve().parents[1]
ASSIGNMENT = "softmax_regression"
ENDLESS = ("while True", "time.sleep(", "itertools.count(")
MAX_ENDLESS = 1  # submissions in a hundred that never end: each costs seconds
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Tolerance:
    """The most that each figure may rise over a run: megabytes, and numbers."""

    judge_mb: float = 24.0  # NumPy's and msgspec's buffers, and the results themselves
    servers_mb: float = 24.0
    judge_fds: float = 1.5
    server_fds: float = 1.5
    processes: float = 1.0
    tmp_files: float = 1.5
    shm_files: float = 0.5


@dataclass(frozen=True)
class Sample:
    """What was used when `graded` results had come."""

    graded: int
    seconds: float
    judge_mb: float
    servers_mb: float  # the servers alone, not their children: these come and go
    judge_fds: int
    server_fds: int
    processes: int  # servers and what surrounds them
    tmp_files: int
    shm_files: int


@dataclass(frozen=True)
class Outcome:
    """A soak that has ended."""

    samples: list[Sample]
    results: list[Result]
    seconds: float
    left: list[str]  # processes and files that the run left behind
    kept: int  # files in the store
    distinct: int  # contents handed in


def hand_in(folder: Path, count: int, seed: int) -> list[Submission]:
    """Write `count` submissions, no two the same, and return them as `grade` finds them."""
    rng = random.Random(seed)
    texts = _texts()
    quick = [t for t in texts if not any(word in t for word in ENDLESS)]
    endless = [t for t in texts if any(word in t for word in ENDLESS)]
    chosen = [quick[n % len(quick)] for n in range(count)]
    for n in range(min(count * MAX_ENDLESS // 100, count)):
        chosen[n] = endless[n % len(endless)]
    rng.shuffle(chosen)
    for number, text in enumerate(chosen):
        path = folder / f"s{number:05}" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        # A number of its own for each: equal ones would be answered from the kept results.
        path.write_text(text.replace('"nbformat_minor"', f'"soak": {number}, "nbformat_minor"'), encoding="utf-8")
    return find([folder], course.load(ROOT), ASSIGNMENT)


def _texts() -> list[str]:
    """Return the notebooks of the sample class and of the corpus, by name."""
    found = []
    for path in sorted((ROOT / "tests/submissions/sample_class").glob("*/*/*.ipynb")):
        with contextlib.suppress(UnicodeDecodeError, ValueError):
            text = path.read_text(encoding="utf-8")
            if "cells" in json.loads(text):  # nadia hands in a web page: the files that are none are read elsewhere
                found.append(text)
    folder = ROOT / "tests/submissions" / ASSIGNMENT
    functions = tuple(n for n in course.load(ROOT).assignments[ASSIGNMENT].exercises if n != "training")
    answers = corpus.read(folder, functions)
    for entry in answers.entries:
        cells = [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": cell.source}
            for cell in answers.compose(entry)
        ]
        found.append(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return found


def soak(count: int, *, jobs: int = 2, seed: int = 0, samples: int = 40) -> Outcome:
    """Grade `count` submissions in one run, sampling as results come."""
    with tempfile.TemporaryDirectory(prefix="autograder-soak-") as name:
        root = Path(name)
        for part in ("course.yaml", "solutions", "data"):
            (root / part).symlink_to(ROOT / part)
        submission = hand_in(root / "submitted", count, seed)
        before, files = set(descendants(os.getpid())), set(_files())
        order = Job(root, (ASSIGNMENT,), "course", keep=True, jobs=jobs)
        taken: list[Sample] = []
        began = time.monotonic()
        done = 0

        def each(_result: Result) -> None:
            nonlocal done
            done += 1
            if done % max(1, count // samples) == 0:
                taken.append(_sample(done, time.monotonic() - began, before))

        results = grade_all(submission, order, scheduler=None, each=each)
        seconds = time.monotonic() - began
        left = [f"process {pid}" for pid in set(descendants(os.getpid())) - before]
        left += [str(path) for path in set(_files()) - files]
        left += [str(path) for path in (root / ".autograder").rglob(".*.part")]
        kept = len(list((root / ".autograder" / "results").glob("*.json")))
        contents = {h.path.read_bytes() for h in submission if h.path.is_file()}
    return Outcome(taken, results, seconds, left, kept, len(contents))


def rises(samples: list[Sample]) -> dict[str, float]:
    """Return by how much each figure rises over the run, along a straight line through all but the first fifth."""
    settled = samples[len(samples) // 5 :]
    at = np.array([s.graded for s in settled], float)
    found = {}
    for name in Tolerance.__dataclass_fields__:
        values = np.array([getattr(s, name) for s in settled], float)
        slope = np.polyfit(at, values, 1)[0] if len(at) > 1 else 0.0
        found[name] = float(slope * (at[-1] - at[0]))
    return found


def faults(outcome: Outcome, tolerance: Tolerance = Tolerance()) -> list[str]:
    """Say what grew, what was left, and what was not graded."""
    found = [
        f"{name} rose by {rise:.1f}, more than {getattr(tolerance, name):g}"
        for name, rise in rises(outcome.samples).items()
        if rise > getattr(tolerance, name)
    ]
    found += [f"left behind: {what}" for what in outcome.left]
    found += [f"{r.student} is ungraded: {r.reason}" for r in outcome.results if r.status == "ungraded"]
    return found


def table(outcome: Outcome, rows: int = 12) -> str:
    """Return some of the samples, and the rise of each figure, as lines of text."""
    names = list(Tolerance.__dataclass_fields__)
    lines = ["  ".join(f"{n:>10}" for n in ("graded", "seconds", *names))]
    step = max(1, len(outcome.samples) // rows)
    for sample in [*outcome.samples[:-1:step], outcome.samples[-1]]:
        figures = [f"{getattr(sample, n):10.1f}" if n.endswith("_mb") else f"{getattr(sample, n):10}" for n in names]
        lines.append("  ".join((f"{sample.graded:10}", f"{sample.seconds:10.0f}", *figures)))
    told = rises(outcome.samples)
    lines.append("  ".join((f"{'rise':>10}", " " * 10, *(f"{told[n]:10.2f}" for n in names))))
    return "\n".join(lines)


# ------------------------------------------------------------------------------------ /proc


def _sample(graded: int, seconds: float, before: set[int]) -> Sample:
    """Sample the judge and the servers of its run; other servers of this process were there `before`."""
    servers = [pid for pid in descendants(os.getpid()) if is_server(pid) and pid not in before]
    return Sample(
        graded=graded,
        seconds=seconds,
        judge_mb=_resident(os.getpid()),
        servers_mb=sum(map(_resident, servers)),
        judge_fds=_descriptors(os.getpid()),
        server_fds=sum(map(_descriptors, servers)),
        processes=len(servers),
        tmp_files=sum(path.parent == Path(tempfile.gettempdir()) for path in _files()),
        shm_files=sum(path.parent == Path("/dev/shm") for path in _files()),
    )


def _resident(pid: int) -> float:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / MEBIBYTE
    return 0.0


def _descriptors(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return 0


def _files() -> Iterator[Path]:
    """Yield what the grader could leave: its own names in the folder for temporary files, all in shared memory."""
    for path in Path(tempfile.gettempdir()).glob("autograder-*"):
        if not path.name.startswith(("autograder-soak-", "autograder-fuzz-")):
            yield path
    for path in Path("/dev/shm").iterdir():
        if not path.name.startswith(".org.chromium."):  # a browser's, which other tests start
            yield path


def main() -> int:
    """Soak, print the table, return 1 where something grew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    outcome = soak(options.count, jobs=options.jobs, seed=options.seed)
    told = faults(outcome)
    lines = [
        table(outcome),
        f"{len(outcome.results)} submissions in {outcome.seconds:.0f} s; "
        f"{outcome.kept} results kept, of {outcome.distinct} different contents",
        *told,
        "something grew or was left" if told else "nothing grew, nothing was left",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(told))


if __name__ == "__main__":
    sys.exit(main())
