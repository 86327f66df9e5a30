"""Fail unless the grader judges alike with every Python that it supports; those that this machine lacks are skipped.

For each Python but the one that runs this: a copy of the checkout, as a fresh clone is, is set up with it from the lock
file (`scripts/install.sh`). There the sample class is graded, and must earn the same verdicts, points and sentences
as here; every solution must score 100 %, every stub 0 %; and the tests must pass of what a change of Python or NumPy
would break first: the self-check, MXNet's ways that we rely on, slicing and the sandbox.

    .venv/bin/python scripts/other_pythons.py [MINOR …]     # 12 13: those alone; some three minutes each
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MINORS = (11, 12, 13)
TESTS = (
    "tests/test_mxnet_compat.py",
    "tests/student/test_mxnet_first.py",
    "tests/student/test_selfcheck.py",
    "tests/student/test_cli_student.py",
    "tests/worker",
)
FITS = "import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, {}))"
NUMBER = re.compile(r"\d+\.\d+(?:e[-+]?\d+)?")


def find(minor: int) -> Path | None:
    """Return an interpreter of Python 3.MINOR that can make environments: of the PATH, or known to pyenv or uv."""
    for path in candidates(minor):
        if subprocess.run([path, "-c", FITS.format(minor)], capture_output=True, check=False).returncode == 0:
            return path
    return None


def candidates(minor: int) -> Iterator[Path]:
    """Yield what may be Python 3.MINOR."""
    for name in (f"python3.{minor}", "python3"):
        if found := shutil.which(name):
            yield Path(found)
    uv = Path(sys.executable).with_name("uv")
    for command in (["pyenv", "prefix", f"3.{minor}"], [str(uv), "python", "find", "--managed-python", f"3.{minor}"]):
        if shutil.which(command[0]):
            found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
            if found:
                yield Path(found) / "bin" / f"python3.{minor}" if Path(found).is_dir() else Path(found)


def judged(root: Path, python: Path, out: Path) -> dict[str, Any]:
    """Grade the sample class in `root`; return by student what does not depend on the machine."""
    command = [str(python), "-m", "autograder", "grade", "tests/submissions/sample_class", "--no-cache"]
    done = subprocess.run([*command, "--json", "-", "--out", str(out)], cwd=root, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(f"grading the sample class with {python} ended with status {done.returncode}")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    return {result["student"]: comparable(result) for result in results}


def comparable(value: Any) -> Any:
    """Leave times out, and of numbers all but three digits: the last ones are the machine's."""
    match value:
        case dict():
            return {key: comparable(each) for key, each in value.items() if key != "seconds"}
        case list():
            return [comparable(each) for each in value]
        case float():
            return f"{value:.3g}"
        case str():
            return NUMBER.sub(lambda number: f"{float(number[0]):.3g}", value)
    return value


def differences(here: Any, there: Any, at: str = "") -> Iterator[str]:
    """Yield where two results differ, and in what."""
    if isinstance(here, dict) and isinstance(there, dict) and here.keys() == there.keys():
        for key in here:
            yield from differences(here[key], there[key], f"{at}/{key}")
    elif isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        for number, (one, other) in enumerate(zip(here, there, strict=True)):
            yield from differences(one, other, f"{at}/{number}")
    elif here != there:
        yield f"{at}: {here!r} here, {there!r} there"


def copy(folder: Path) -> None:
    """Put into a folder what a clone would hold: what git knows and what it would add."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    for path in (ROOT / os.fsdecode(name) for name in names if name):
        if path.is_file():
            target = folder / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)  # some tests ask git what is in the repository
    subprocess.run(["git", "-C", str(folder), "add", "--all"], check=True)


def smoke(python: Path, here: dict[str, Any], folder: Path) -> list[str]:
    """Set up a copy with another Python and try it; return what is wrong."""
    copy(folder)
    own = folder / ".venv/bin/python"
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}

    def fails(*command: object, **more: str) -> bool:
        return subprocess.run(list(map(str, command)), cwd=folder, env=clean | more, check=False).returncode != 0

    if fails("sh", "scripts/install.sh", PYTHON=str(python)):
        return ["it cannot be set up from the lock file"]
    wrong = list(differences(here, judged(folder, own, folder / "reports")))
    if fails(own, "scripts/solution_and_stub.py"):
        wrong.append("a solution does not score 100 %, or a stub more than 0 %")
    if fails(own, "-m", "pytest", "-q", *TESTS):
        wrong.append("tests fail")
    return wrong


def main(minors: list[int]) -> int:
    """Return 0 where every Python that is here judges alike."""
    status = 0
    with tempfile.TemporaryDirectory() as base:
        here: dict[str, Any] = {}
        for minor in minors:
            python = find(minor)
            if python is None:
                where = f"no python3.{minor} on the PATH, in pyenv or of uv"
                print(f"Python 3.{minor}: skipped, for this machine has none ({where})", flush=True)
                continue
            here = here or judged(ROOT, Path(sys.executable), Path(base) / "reports")
            began = time.monotonic()
            wrong = smoke(python, here, Path(base) / f"3.{minor}")
            status |= bool(wrong)
            told = "judges otherwise" if wrong else "judges as this one does"
            print(f"Python 3.{minor}: {told} ({time.monotonic() - began:.0f} s)", *wrong, sep="\n  ", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main([int(m) for m in sys.argv[1:]] or [m for m in MINORS if m != sys.version_info[1]]))
