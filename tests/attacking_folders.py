"""Links, nesting, names and times in students' folders, against the real program, in each way of naming a path.

One run of the program for each way, on a class of two honest students, one student for each trick of `test_linking`,
and some whose names look like an honest one's or whose time is no time.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.attacking import Attack, Row, make_course, write_notebook
from tests.course.test_linking import HOSTILE, OWN, expanded
from tests.making import ASSIGNMENT, PRELUDE, SOLUTION

HONEST = ("anna", "zoe")
WAYS = {
    "tree": "submitted",
    "tree, from the root": "{root}/submitted/",
    "students": "submitted/*",
    "assignments": "submitted/*/*",
    "files": "submitted/*/*/*.ipynb",
    "files, any depth": "submitted/**/*.ipynb",
}
ALIKE = ("anna\u200b", "anna\u202e", "anna ", "\u2066anna", "anna\x01")
TIMES = {"nines": "9" * 30 + "m", "year": "33658-01-01", "words": "soon", "empty": "", "long": " " * 10**6}


def rows() -> list[Row]:
    """Grade the class in each way; return a row for each trick and way."""
    found = []
    with tempfile.TemporaryDirectory(prefix="attacks-") as name:
        root = make_course(Path(name))
        tries = _hand_in(root / "submitted")
        for way, pattern in WAYS.items():
            began = time.monotonic()
            results, wrong = _grade(root, way, pattern)
            seconds = (time.monotonic() - began) / len(tries)
            for student, tried in tries.items():
                attack = Attack(f"{student!a}, by {way}"[:60], tried, ("own",), frozenset({"invalid"}), 0.0, Path())
                mine = [r for shown, r in results.items() if shown.split(" [")[0] == student or shown == student]
                score = max((r["score"] or 0.0 for r in mine), default=0.0)
                breaks = (f"points gained: {score}",) if score else ()
                found.append(Row(attack, tuple(sorted({r["status"] for r in mine})), score, seconds, breaks))
            last = found[-1]
            found[-1] = Row(last.attack, last.verdicts, last.gained, last.seconds, (*last.breaks, *wrong))
    return found


def _hand_in(tree: Path) -> dict[str, str]:
    """Hand in everything; return what each student tries."""
    for student in HONEST:
        write_notebook(tree / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", [PRELUDE, *SOLUTION.values()])
    tries = {}
    for make in HOSTILE:
        student = f"eve-{make.__name__}"
        make(tree / student)
        tries[student] = make.__doc__ or ""
    for student in ALIKE:
        write_notebook(tree / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", [OWN])
        tries[student] = "Has a name that looks like an honest student's."
    for what, text in TIMES.items():
        write_notebook(tree / f"time-{what}" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", [OWN])
        (tree / f"time-{what}" / ASSIGNMENT / "timestamp.txt").write_text(text)
        tries[f"time-{what}"] = "Was handed in at no time."
    return tries


def _grade(root: Path, way: str, pattern: str) -> tuple[dict[str, dict[str, object]], list[str]]:
    """Grade what a pattern names; return results by student, and what should not have happened."""
    out = root / "out"
    shutil.rmtree(out, ignore_errors=True)
    here = Path.cwd()
    os.chdir(root)
    try:
        paths = expanded(pattern.format(root=root))
    finally:
        os.chdir(here)
    command = [sys.executable, "-m", "autograder", "grade", *paths, "--json", "-", "--no-cache", "--jobs", "1"]
    done = subprocess.run(
        [*command, "--out", str(out)], cwd=root, capture_output=True, text=True, timeout=600, check=False
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    results = {line["student"]: line for line in lines}
    wrong = (
        [] if done.returncode in (0, 1) else [f"{way}: the program left with {done.returncode}: {done.stderr[-400:]}"]
    )
    for student in HONEST:  # on a busy machine the tight limits cost points, but another's work costs all
        score = results.get(student, {}).get("score")
        wrong += [] if isinstance(score, float) and score >= 10 else [f"{way}: {student} has {score} points"]
    wrong += [] if len(results) == len(lines) else [f"{way}: somebody has two rows"]
    known = ("eve-", "time-", "anna", "zoe")
    wrong += [f"{way}: there is a row of {s!a}, who is nobody" for s in results if not s.startswith(known)]
    alike = [s for s in results if s.startswith("anna [")]
    wrong += [] if len(alike) == len(ALIKE) else [f"{way}: {len(alike)} of {len(ALIKE)} alike names are told apart"]
    pages = list((out / ASSIGNMENT).glob("*.html"))
    wrong += [] if len(pages) == len(results) else [f"{way}: {len(pages)} pages of {len(results)} students"]
    return results, wrong
