"""Facts about `autograder check`: what it prints, its exit status, its speed, and how it watches a file."""

import json
import os
import queue
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from students import BY_COLUMN, DOWN_THE_COLUMNS, STUB, cells, filled, notebook, workplace

PROGRAM = [sys.executable, "-m", "autograder", "check"]
UPHILL = "def SGD(params, lr):\n    for param in params:\n        param[:] = param + lr * param.grad"
LIMIT = 4.0  # seconds for the stub from a cold start, from issue 5
PATIENCE = 60.0  # seconds for anything that a watching program prints


def check(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run `autograder check` in a folder."""
    return subprocess.run(
        [*PROGRAM, *options], cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_the_stub_is_checked_within_its_time(tmp_path: Path) -> None:
    """From a cold start, in under 4 s of processor time, all processes together: other programs may wait beside it."""
    path = workplace(tmp_path, data=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = check(path.parent)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "softmax",
        "  ○ softmax is still blank",
        "cross_entropy",
        "  ○ cross_entropy is still blank",
        "SGD",
        "  ○ SGD is still blank",
        "evaluate_accuracy",
        "  ○ evaluate_accuracy is still blank",
        "training",
        "  ○ needs softmax, cross_entropy and SGD first",
    ]
    assert done.stderr == ""
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < LIMIT


def test_a_right_notebook_exits_with_zero(tmp_path: Path) -> None:
    """All public checks of a filled-in stub pass, wherever the folder is; without data, training is left out."""
    done = check(workplace(tmp_path, filled()).parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if not line.startswith(" ")] == [
        f"{name}: every public check passed" for name in ("softmax", "cross_entropy", "SGD", "evaluate_accuracy")
    ]


def test_json_holds_the_form_of_results(tmp_path: Path) -> None:
    """`--json` writes the exercises as results have them, and nothing else to stdout; `--exercise` chooses."""
    path = workplace(tmp_path, notebook(cells(softmax=DOWN_THE_COLUMNS)))
    done = check(path.parent, path.name, "--json", "--exercise", "softmax")
    assert done.returncode == 1
    (exercise,) = json.loads(done.stdout)
    assert (exercise["name"], exercise["score"], exercise["max_score"]) == ("softmax", 0.0, 2.0)
    assert exercise["checks"][0]["verdict"] == "wrong"
    assert exercise["checks"][0]["diagnosis"] == BY_COLUMN
    assert not any(c["hidden"] for c in exercise["checks"])


@pytest.mark.parametrize(
    ("files", "options", "status", "told"),
    [
        ([], [], 2, "there is no notebook here: name the one to check, `autograder check NOTEBOOK`"),
        (["a", "b"], [], 2, "there are several notebooks here: name the one to check"),
        (["a"], ["gone.ipynb"], 1, "gone.ipynb: There is no file of this name"),
        (["a"], ["--exercise", "relu"], 2, "there is no exercise 'relu'; there are: softmax"),
        (["."], [], 1, "bad.ipynb: The notebook is damaged"),
    ],
)
def test_what_cannot_be_checked_is_one_sentence(
    files: list[str], options: list[str], status: int, told: str, tmp_path: Path
) -> None:
    """Usage errors and unreadable files end with a sentence on stderr and no traceback."""
    path = workplace(tmp_path)
    path.unlink()
    for name in files:
        text = STUB.read_text("utf-8") if name != "." else "{ damaged"
        path.with_name(f"{name.replace('.', 'bad')}.ipynb").write_text(text, encoding="utf-8")
    done = check(path.parent, *options)
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert (done.returncode, done.stdout) == (status, "")


# ------------------------------------------------------------------------------------ watching


class Watched:
    """A watching program and what it prints."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def until(self, end: str) -> list[str]:
        """Return the lines up to one that begins with `end`. Raises queue.Empty where none comes."""
        found = [self._lines.get(timeout=PATIENCE)]
        while not found[-1].startswith(end):
            found.append(self._lines.get(timeout=PATIENCE))
        return found

    def silent(self, seconds: float) -> bool:
        """Tell whether nothing is printed for a while."""
        try:
            self._lines.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


@contextmanager
def watching(path: Path) -> Iterator[Watched]:
    """Run `autograder check --watch` on a notebook; both of its streams are read as one."""
    process = subprocess.Popen(
        [*PROGRAM, path.name, "--watch"],
        cwd=path.parent,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        yield Watched(process)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def heads(lines: list[str]) -> list[str]:
    """Return the lines that begin an exercise."""
    return [line for line in lines if not line.startswith((" ", "Watching"))]


def test_every_save_is_checked_and_only_what_changed(tmp_path: Path) -> None:
    """A save shows the functions that it changes; one that changes none, or is half-written, shows nothing."""
    path = workplace(tmp_path, notebook(cells()))
    with watching(path) as program:
        first = program.until("Watching")
        assert heads(first) == [
            f"{name}: every public check passed" for name in ("softmax", "cross_entropy", "SGD", "evaluate_accuracy")
        ]

        path.write_text(notebook(cells(softmax=DOWN_THE_COLUMNS)))
        second = program.until("  ✗ softmax leaves")
        assert heads(second) == ["softmax: 0 of 3 public checks passed"]
        assert f"      {BY_COLUMN}" in second
        program.until("      ")

        path.write_text(notebook([*cells(softmax=DOWN_THE_COLUMNS), "# a note"]))
        path.write_text(path.read_text()[:200])  # as an editor may leave it for a moment
        while_saving = path.with_suffix(".new")
        while_saving.write_text(notebook(["# another note", *cells(softmax=DOWN_THE_COLUMNS)]))
        while_saving.replace(path)

        path.write_text(notebook(cells(SGD=UPHILL)))
        third = program.until("SGD")
        fourth = program.until("      params")
        assert heads(third)[-2:] == ["softmax: every public check passed", "SGD: 0 of 1 public checks passed"]
        assert heads(fourth) == []
        assert program.silent(1.0)

        program.process.send_signal(signal.SIGINT)
        assert program.process.wait(timeout=PATIENCE) == 1
