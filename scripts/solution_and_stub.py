"""Fail unless every assignment's solution scores 100 % and its stub 0 %, through the real program."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def share(notebook: Path) -> float:
    """Grade one notebook without kept results; return its score as a share of the most it can have."""
    with tempfile.TemporaryDirectory() as out:
        command = [
            sys.executable,
            "-m",
            "autograder",
            "grade",
            str(notebook),
            "--no-cache",
            "--json",
            "-",
            "--out",
            out,
        ]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    result = json.loads(done.stdout)
    return float(result["score"]) / float(result["max_score"])


def main() -> int:
    """Return 0 where all is as it must be."""
    wrong = 0
    for folder, expected in (("solutions", 1.0), ("assignments", 0.0)):
        for notebook in sorted((ROOT / folder).glob("*/*.ipynb")):
            got = share(notebook)
            print(f"{notebook.relative_to(ROOT)}: {100 * got:g} % (must be {100 * expected:g} %)")
            wrong += got != expected
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
