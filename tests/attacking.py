"""Grades the corpus of attacks with the real program, each attack between two honest neighbours on one worker server.

    python -m tests.attacking [--isolation bubblewrap | --nbgrader] [--only NAME…]

An attack is a file of `attacks/`: code that goes between the lesson's imports and wrong answers; or of
`attacks/files/`: a function `make(student)` that hands in something else than a plain notebook. Its head says what
it tries:

    # What it tries, in a sentence.
    # Mode: import | call [function] | escape | own    when attack() runs; own: the file holds the four functions itself
    # Expects: wrong, timeout                          verdicts that its checks may have, or "invalid"
    # Honest: 4                                        points that its answers deserve, 0 if not said

`escape`: attack() returns what it got hold of, and softmax raises with that text; it must be nothing.
"""

import argparse
import base64
import contextlib
import ctypes
import dataclasses
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from autograder.course import mnist
from tests.making import ASSIGNMENT, PRELUDE, SOLUTION
from tests.nbgrader.course_folder import Course

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).with_name("attacks")
LEVELS = ("bubblewrap", "landlock")
MARK = "autograder-attack"  # in the name of every file that an attack leaves
KEY = 0xA77AC  # of every piece of System V memory that an attack leaves
HONEST = ("a-neighbour", "m-neighbour", "z-neighbour")  # among the attacks, with nbgrader
# What a reader of notebooks, scripts and pages might start: stand-ins for these lie first on the PATH.
PROGRAMS = (
    *(
        "pandoc",
        "marimo",
        "quarto",
        "quarto.cmd",
        "jupyter",
        "jupytext",
        "ipython",
        "inkscape",
        "Inkscape",
        "node",
        "npm",
    ),
    *("latex", "pdflatex", "xelatex", "bibtex", "rsvg-convert", "convert", "magick", "dvipng", "Rscript", "julia"),
    *("black", "flake8", "autopep8", "yapf", "git", "curl", "wget", "chromium", "google-chrome", "playwright", "myst"),
)
OVER = 5.0  # seconds that a submission may take longer than its limit, on a busy machine
SHARES = 2  # programs that grade at the same time, each with one worker server

# Tighter than the course's own, so that a hundred attacks that hang take two minutes.
LIMITS = {
    "import_seconds": 2,
    "notebook_seconds": 2,
    "call_seconds": 1,
    "training_seconds": 8,
    "submission_seconds": 8,
    "memory_mb": 2048,
}
TRAINING = {"batch_size": 3000, "min_test_accuracy": 0.5, "lr": 0.0005}  # twenty steps instead of three hundred

WRONG = {
    "softmax": "def softmax(y_linear):\n    {}\n    return y_linear * 0\n",
    "cross_entropy": "def cross_entropy(yhat, y):\n    {}\n    return nd.sum(yhat * 0, axis=1)\n",
    "SGD": "def SGD(params, lr):\n    {}\n    return list(params)\n",
    "evaluate_accuracy": "def evaluate_accuracy(data_iterator, net):\n    {}\n    return 0.0\n",
}
Result = dict[str, Any]


@dataclass(frozen=True)
class Attack:
    """One attack: what its head says, and its code or the file that makes it."""

    name: str
    tries: str
    mode: tuple[str, ...]
    expects: frozenset[str]
    honest: float
    path: Path

    @property
    def makes_files(self) -> bool:
        """Whether `make(student)` hands it in."""
        return self.path.parent.name == "files"


@dataclass(frozen=True)
class Row:
    """What became of one attack. `breaks` says everything that should not have happened."""

    attack: Attack
    verdicts: tuple[str, ...]
    gained: float | None
    seconds: float
    breaks: tuple[str, ...]


def corpus(names: Iterable[str] = ()) -> list[Attack]:
    """Read every attack, or those named."""
    wanted = set(names)
    paths = sorted([*FOLDER.glob("*.py"), *FOLDER.glob("files/*.py")], key=lambda p: p.stem)
    unknown = wanted - {p.stem for p in paths}
    if unknown:
        raise SystemExit(f"no such attack: {', '.join(sorted(unknown))}")
    return [_read(p) for p in paths if not wanted or p.stem in wanted]


def _read(path: Path) -> Attack:
    head = []
    for line in path.read_text().splitlines():
        if not line.startswith("# "):
            break
        head.append(line.removeprefix("# "))
    keys = dict(line.split(": ", 1) for line in head[1:] if re.match(r"(Mode|Expects|Honest): ", line))
    expects = frozenset(word.strip() for word in keys["Expects"].split(","))
    return Attack(
        path.stem, head[0], tuple(keys.get("Mode", "own").split()), expects, float(keys.get("Honest", 0)), path
    )


# ------------------------------------------------------------------------------------ handing in


def cells_of(attack: Attack) -> list[str]:
    """Return the cells of an attack: the lesson's imports, its code, and wrong answers that set it off."""
    code = attack.path.read_text()
    kind, *where = attack.mode
    if kind == "own":
        return [PRELUDE, code]
    chosen = where or list(WRONG)
    if kind == "call":
        tails = [text.format("attack()" if name in chosen else "pass") for name, text in WRONG.items()]
    elif kind == "import":
        tails = ["_done = attack()\n", *(text.format("_done") for text in WRONG.values())]
    else:
        told = "raise RuntimeError(f\"attack got: {_got or 'nothing'}\")"
        got = "_got = attack()\n"
        tails = [got, *(text.format(told if name == "softmax" else "pass") for name, text in WRONG.items())]
    return [PRELUDE, code, *tails]


def write_notebook(path: Path, cells: Sequence[str], **more: Any) -> None:
    """Write cells as Jupyter would; `more` is added to the notebook."""
    made = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for i, source in enumerate(cells)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    tree = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made, **more}
    path.write_text(json.dumps(tree))


def hand_in(attack: Attack, student: Path) -> None:
    """Write an attack into a student's folder."""
    if attack.makes_files:
        runpy.run_path(str(attack.path))["make"](student)
    else:
        write_notebook(student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", cells_of(attack))


def make_course(folder: Path) -> Path:
    """Copy the course, with tighter limits and a shorter training run."""
    settings = yaml.safe_load((ROOT / "course.yaml").read_text())
    settings["data"] = str(ROOT / settings["data"])
    settings["limits"] |= LIMITS
    settings["assignments"][ASSIGNMENT]["training"] |= TRAINING
    settings["late"] = {"deadlines": {ASSIGNMENT: datetime(2100, 1, 1, tzinfo=UTC)}}  # so that times are looked at
    (folder / "course.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    return folder


@cache
def pretrained() -> str:
    """Return weights `(785, 10)` that classify digits well, float32, in base64: the last row is the bias."""
    data = mnist.load(ROOT / "data" / "mnist")
    images = data.train_images[:20_000].reshape(20_000, -1) / 255.0
    inputs = np.hstack([images, np.ones((20_000, 1))])
    targets = np.eye(10)[data.train_labels[:20_000]]
    weights = np.linalg.solve(inputs.T @ inputs + np.eye(785), inputs.T @ targets)
    return base64.b64encode(weights.astype(np.float32).tobytes()).decode()


# ------------------------------------------------------------------------------------ grading


def stand_ins(folder: Path) -> dict[str, str]:
    """Make a program of each of these names that leaves a mark; return an environment in which they are found."""
    programs = folder / "programs"
    programs.mkdir()
    for name in PROGRAMS:
        (programs / name).write_text(f'#!/bin/sh\necho "$0 $*" >> {folder}/started\n')
        (programs / name).chmod(0o755)
    return {**os.environ, "PATH": f"{programs}:{os.environ.get('PATH', os.defpath)}"}


def _started(folder: Path) -> list[str]:
    mark = folder / "started"
    return [f"a program was started: {line[:200]}" for line in mark.read_text().splitlines()] if mark.exists() else []


def run(attacks: Sequence[Attack], isolation: str) -> list[Row]:
    """Grade the attacks at one level of isolation; return a row for each, in order."""
    _adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="attacks-") as name, _machine_watched() as shrunk:
        folder = make_course(Path(name))
        before, environment = _digest(folder), stand_ins(folder)
        grade = partial(_share, folder, isolation=isolation, environment=environment)
        shares = [attacks[i::SHARES] for i in range(SHARES) if attacks[i::SHARES]]
        others = _children()
        with ThreadPoolExecutor(SHARES) as executor:
            parts = list(executor.map(grade, range(len(shares)), shares))
        rows = [row for part in parts for row in part]
        machine = [*_left_behind(others), *_started(folder)]
        machine += [] if _digest(folder) == before else ["the course's files have changed"]
    rows.sort(key=lambda row: row.attack.name)
    machine += shrunk
    if machine and rows:
        rows[0] = dataclasses.replace(rows[0], breaks=(*rows[0].breaks, *(f"(of the whole run) {m}" for m in machine)))
    return rows


def run_through_nbgrader(attacks: Sequence[Attack]) -> list[Row]:
    """Grade the attacks with `nbgrader autograde`, honest students among them; points are the gradebook's."""
    with tempfile.TemporaryDirectory(prefix="attacks-") as name:
        course = Course(make_course(Path(name)), path=f"{stand_ins(Path(name))['PATH'].split(':')[0]}:/usr/bin:/bin")
        shutil.copy(ROOT / "nbgrader_config.py", course.root)
        course.nbgrader("generate_assignment", ASSIGNMENT)
        for student in HONEST:
            path = course.root / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
            write_notebook(path, [PRELUDE, *SOLUTION.values()])
        for i, attack in enumerate(attacks):
            hand_in(attack, course.root / "submitted" / f"b{i:03d}")
        began = time.monotonic()
        done = course.nbgrader("autograde", ASSIGNMENT, seconds=1200)
        each = (time.monotonic() - began) / max(len(attacks), 1)
        totals = course.totals()
        wrong = _started(Path(name))
        wrong += [f"honest {s} has {totals.get(s)}" for s in HONEST if totals.get(s) != 20.0]
        known = {*HONEST, *(f"b{i:03d}" for i in range(len(attacks)))}
        wrong += [f"{student!r} has {score}" for student, score in totals.items() if student not in known and score]
        wrong += [f"the course's settings lie in {p}" for p in _leaked(course.root / "autograded")]
        wrong += [] if done.returncode in (0, 1) else [f"nbgrader left with {done.returncode}: {done.stderr[-500:]}"]
    rows = []
    for i, attack in enumerate(attacks):
        score = totals.get(f"b{i:03d}")  # None: nbgrader took nothing of it
        gained = round((score or 0.0) - attack.honest, 6) if score else 0.0
        breaks = [f"points gained: {gained}"] if gained > 0 else []
        rows.append(Row(attack, ("no row",) if score is None else (), gained, each, tuple(breaks)))
    rows[0] = dataclasses.replace(rows[0], breaks=(*rows[0].breaks, *wrong))
    return rows


def _leaked(folder: Path) -> list[str]:
    """Name what is a link, or holds the course's settings, among what nbgrader has copied."""
    files = [path for path in folder.rglob("*") if path.is_symlink() or path.is_file()]
    return [path.name for path in files if path.is_symlink() or b"min_test_accuracy:" in path.read_bytes()]


def _share(
    folder: Path, number: int, attacks: Sequence[Attack], isolation: str, environment: dict[str, str]
) -> list[Row]:
    """Grade some attacks in one run of the program, on one server, an honest neighbour before and after each."""
    tree, out = folder / f"class-{number}", folder / f"out-{number}"
    _neighbour(tree, 0)
    for i, attack in enumerate(attacks, start=1):
        hand_in(attack, tree / f"{i:03d}-attack")
        _neighbour(tree, i)
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        str(tree),
        "--course",
        str(folder),
        "--assignment",
        ASSIGNMENT,
    ]
    command += ["--isolation", isolation, "--jobs", "1", "--no-cache", "--json", "-", "--out", str(out)]
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    results = {r["student"][:9]: r for r in map(json.loads, done.stdout.splitlines())}
    rows = [_row(a, i, results, results.get("000-neigh", {})) for i, a in enumerate(attacks, start=1)]
    wrong = []
    if done.returncode != 0:
        wrong.append(
            f"the program left with {done.returncode} after {time.monotonic() - began:.0f} s: {done.stderr[-500:]}"
        )
    if not _is_honest(results.get("000-neigh", {})):
        wrong.append("an honest neighbour has not full marks")
    wrong += [
        f"control characters in {p.name}"
        for p in out.rglob("*.html")
        if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", p.read_text())
    ]
    wrong += [
        f"markup of a submission in {p.name}"
        for p in out.rglob("*.html")
        if re.search(r"<(script>alert|img src=x|b>owned)", p.read_text())
    ]
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", done.stderr):
        wrong.append("control characters in the terminal")
    return [dataclasses.replace(r, breaks=(*r.breaks, *wrong)) if r is rows[0] else r for r in rows]


def _neighbour(tree: Path, number: int) -> None:
    write_notebook(tree / f"{number:03d}-neighbour" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", [PRELUDE, *SOLUTION.values()])


def _row(attack: Attack, number: int, results: dict[str, Result], honest: Result) -> Row:
    found = results.get(f"{number:03d}-attac")
    if found is None:
        return Row(attack, (), None, 0.0, ("there is no result",))
    checks = [c for e in found["exercises"] for c in e["checks"]]
    verdicts = {c["verdict"] for c in checks} if found["status"] == "graded" else {found["status"]}
    gained = None if found["score"] is None else round(found["score"] - attack.honest, 6)
    breaks = []
    if gained != 0:
        breaks.append(f"points gained: {gained}")
    if not verdicts <= attack.expects | ({"pass"} if attack.honest else set()):
        breaks.append(f"expected {', '.join(sorted(attack.expects))}; reason: {found['reason']}")
    seconds = sum(found["seconds"].values())
    if seconds > LIMITS["submission_seconds"] + OVER:
        breaks.append(f"it took {seconds:.1f} s, and {LIMITS['submission_seconds']} are allowed")
    if attack.mode == ("escape",) and "attack got: nothing" not in (checks[0]["message"] or ""):
        breaks.append(f"an escape: {checks[0]['message']}")
    for side in (number - 1, number):
        if _without_times(results.get(f"{side:03d}-neigh", {})) != _without_times(honest):
            breaks.append(f"the neighbour {'before' if side < number else 'after'} it has changed")
    return Row(attack, tuple(sorted(verdicts)), gained, seconds, tuple(breaks))


def _is_honest(result: Result) -> bool:
    return bool(result) and result["score"] == result["max_score"]


def _without_times(result: Result) -> str:
    return json.dumps({k: v for k, v in result.items() if k not in ("student", "path", "seconds")}, sort_keys=True)


# ------------------------------------------------------------------------------------ what is left


def _adopt_orphans() -> None:
    """Become the parent of whatever the program leaves running (PR_SET_CHILD_SUBREAPER)."""
    if ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "PR_SET_CHILD_SUBREAPER was refused")


def _children() -> set[int]:
    """Return this process's children that live, and bury the others."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
            if state == "Z":
                os.waitpid(child, os.WNOHANG)
            else:
                found.add(child)
    return found


def _left_behind(others: set[int]) -> list[str]:
    """Name processes but `others`, files and shared memory that the attacks have left on this machine."""
    time.sleep(0.2)  # what was killed may still be going
    own = {*others, getattr(resource_tracker._resource_tracker, "_pid", None)}  # Python's own helper, once it is used
    told = [f"a process is left: {child}" for child in sorted(_children()) if child not in own]
    for top in (Path("/tmp"), Path("/dev/shm"), Path("/var/tmp"), Path.home(), ROOT):
        told += [f"a file is left: {path}" for path in top.glob(f"*{MARK}*")]
    for kind in ("shm", "msg", "sem"):
        rows = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]
        told += [f"System V {kind} is left" for row in rows if int(row.split()[0]) == KEY]
    return told


# ------------------------------------------------------------------------------------ what the machine has once


def shares() -> dict[str, float]:
    """Tell which share is in use of what the machine, or this user, has once for all processes."""

    def number(path: str) -> float:
        return float(Path("/proc", path).read_text().split()[0])

    status = Path("/proc/self/status").read_text()
    memory = {k: int(v.split()[0]) for k, v in re.findall(r"(?m)^(\S+): +(.*)$", Path("/proc/meminfo").read_text())}
    queued, queue = re.findall(r"SigQ:\s(\d+)/(\d+)", status)[0]
    used = {
        "asynchronous I/O": number("sys/fs/aio-nr") / number("sys/fs/aio-max-nr"),
        "threads": float(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])
        / min(number("sys/kernel/pid_max"), number("sys/kernel/threads-max")),
        "open files": number("sys/fs/file-nr") / number("sys/fs/file-max"),
        "queued signals": int(queued) / int(queue),
        "file locks": len(Path("/proc/locks").read_text().splitlines()) / 5000,  # no bound; root's editors have some
        "locked memory": (memory["Mlocked"] + memory["Unevictable"]) / memory["MemTotal"],
        "huge pages": 1 - memory["HugePages_Free"] / memory["HugePages_Total"] if memory["HugePages_Total"] else 0.0,
    }
    keys = Path("/proc/key-users")  # absent where the kernel has none
    rows = keys.read_text().splitlines() if keys.exists() else []
    mine = [row.split() for row in rows if int(row.partition(":")[0]) == os.getuid()]
    return used | {
        "keys": max((int(n) / int(most) for row in mine for n, _, most in [row[3].partition("/")]), default=0)
    }


@contextlib.contextmanager
def _machine_watched() -> Iterator[list[str]]:
    """Look at the shares fifty times a second; in the end, tell those of which a tenth was taken at any time."""
    before, done, told = shares(), threading.Event(), []
    most = dict(before)

    def watch() -> None:
        while not done.wait(0.02):
            for name, share in shares().items():
                most[name] = max(most[name], share)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield told
    finally:
        done.set()
        watcher.join()
        told += [
            f"{n}: {before[n]:.0%} in use before, {most[n]:.0%} at most" for n in most if most[n] > before[n] + 0.1
        ]


def _digest(folder: Path) -> list[tuple[str, bytes]]:
    return [(str(p), p.read_bytes()) for p in [*sorted(folder.glob("solutions/**/*.py")), folder / "course.yaml"]]


# ------------------------------------------------------------------------------------ telling


def table(rows: Sequence[Row]) -> str:
    """Lay out a line for each attack, and one for each break."""
    lines = [f"{'attack':34} {'verdicts':38} {'gained':>6} {'neighbours':>10} {'seconds':>7}"]
    for row in rows:
        same = "changed" if any("neighbour" in b for b in row.breaks) else "unchanged"
        gained = "-" if row.gained is None else f"{row.gained:g}"
        lines.append(f"{row.attack.name:34} {', '.join(row.verdicts):38} {gained:>6} {same:>10} {row.seconds:7.1f}")
        lines += [f"    BREAK: {told}" for told in row.breaks]
    return "\n".join(lines)


def main() -> int:
    """Print a table for each level of isolation; return 1 at any break."""
    parser = argparse.ArgumentParser(description="Grade the corpus of attacks.")
    parser.add_argument("--isolation", choices=LEVELS, action="append")
    parser.add_argument("--nbgrader", action="store_true", help="grade with nbgrader autograde, at its own level")
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    attacks = corpus(options.only)
    broken = 0
    for level in ("nbgrader",) if options.nbgrader else options.isolation or LEVELS:
        began = time.monotonic()
        rows = run_through_nbgrader(attacks) if options.nbgrader else run(attacks, level)
        broken += sum(bool(row.breaks) for row in rows)
        told = f"{len(rows)} attacks, {sum(row.gained or 0 for row in rows):g} points gained, "
        told += f"{sum(bool(row.breaks) for row in rows)} breaks, {time.monotonic() - began:.0f} s"
        sys.stdout.write(f"\n{level}\n{table(rows)}\n{told}\n")
        sys.stdout.flush()
    if not options.nbgrader and not options.only:
        from tests import attacking_folders

        rows = attacking_folders.rows()
        broken += sum(bool(row.breaks) for row in rows)
        sys.stdout.write(f"\nin each way of naming a path\n{table(rows)}\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
