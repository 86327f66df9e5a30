"""How many threads the BLAS of a process has: asked of this one, or noted by the programs that a test starts."""

from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

SITE = """
import atexit, os, sys

@atexit.register
def note():
    if "numpy" in sys.modules:
        import threadpoolctl
        found = [p for p in threadpoolctl.threadpool_info() if p["user_api"] == "blas" and "numpy" in p["filepath"]]
        with open(os.environ["NOTES"], "a") as file:
            print(" ".join(sys.argv[1:2]), *(p["num_threads"] for p in found), file=file)
"""


def threads() -> list[int]:
    """Return how many threads NumPy's BLAS has here, one number for each BLAS that NumPy has brought."""
    import numpy  # noqa: F401 - brings its BLAS

    return [p["num_threads"] for p in threadpool_info() if p["user_api"] == "blas" and "numpy" in p["filepath"]]


def take_two() -> None:
    """Let NumPy's BLAS here have two threads."""
    import numpy  # noqa: F401 - brings its BLAS

    threadpool_limits(2, user_api="blas")


def noting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let every Python program that this test starts note, as it ends, its first word and the threads of its BLAS.

    Return the file where they do. The environment asks for two threads: only the program's own doing makes it one.
    """
    (folder / "noting").mkdir()
    (folder / "noting" / "sitecustomize.py").write_text(SITE)
    monkeypatch.setenv("PYTHONPATH", str(folder / "noting"))
    monkeypatch.setenv("NOTES", str(folder / "notes"))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    return folder / "notes"
