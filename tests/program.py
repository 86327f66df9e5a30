"""Runs `autograder grade` as a user does, in a process of its own, and reads what it gives."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

Result = dict[str, Any]


@dataclass(frozen=True)
class Graded:
    """One run of the program: exit status, both streams, where its reports are, and its wall time in seconds."""

    status: int
    stdout: str
    stderr: str
    out: Path
    seconds: float

    @property
    def results(self) -> dict[str, Result]:
        """The results by student, in the order printed. Raises ValueError for a line that is no JSON."""
        found = [json.loads(line) for line in self.stdout.splitlines()]
        return {result["student"]: result for result in found}


def grade(paths: Sequence[Path | str], out: Path, *options: str) -> Graded:
    """Grade `paths` afresh, with JSON on stdout, from the repository root."""
    command = [sys.executable, "-m", "autograder", "grade", *map(str, paths)]
    command += ["--no-cache", "--json", "-", "--out", str(out), *options]
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    return Graded(done.returncode, done.stdout, done.stderr, out, time.monotonic() - began)
