"""The program as a user meets it: exit statuses, the two streams, kept results, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import small

ENV = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small course with three submissions: right, wrong, and no notebook at all."""
    root = small.course(tmp_path)
    small.hand_in(root, "alice", small.RIGHT)
    small.hand_in(root, "bob", small.WRONG)
    (root / "submitted" / "carol" / "doubling").mkdir(parents=True)
    (root / "nothing").mkdir()
    return root


def run(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the program in a course's folder."""
    command = [sys.executable, "-m", "autograder", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, env=ENV, timeout=120, check=False)


def results(lines: str) -> list[dict[str, object]]:
    """Read JSON Lines; anything else on them is an error."""
    return [json.loads(line) for line in lines.splitlines()]


def test_a_class_is_graded(root: Path) -> None:
    """Exit 0 whatever the scores; JSON alone on stdout; progress, table and summary on stderr; reports in reports/."""
    done = run(root, "grade", "--json", "-")
    assert done.returncode == 0, done.stderr
    found = results(done.stdout)
    assert [(r["student"], r["status"], r["score"]) for r in found] == [
        ("alice", "graded", 2.0),
        ("bob", "graded", 0.0),
        ("carol", "invalid", 0.0),
    ]
    assert "3 of 3:" in done.stderr
    assert "2 graded, 1 invalid" in done.stderr
    assert (root / "reports" / "results.jsonl").read_text() == done.stdout
    assert (root / "reports" / "index.html").is_file()

    kept = list((root / ".autograder" / "results").glob("*.json"))
    assert len(kept) == 2
    again = run(root, "grade", "--json", "-")
    assert again.stdout == done.stdout  # times included: nothing was judged again

    kept[0].write_bytes(b"rotten")  # one is graded again, and gives the same but for times
    assert run(root, "grade", "--json", "out.jsonl").returncode == 0
    fixed = results((root / "out.jsonl").read_text())
    assert [{**r, "seconds": 0} for r in fixed] == [{**r, "seconds": 0} for r in found]
    assert kept[0].read_bytes() != b"rotten"


def test_what_results_depend_on_makes_them_be_graded_again(root: Path) -> None:
    """A changed check and another device: what was right is wrong, and the report names cpu(1)."""
    alice = str(root / "submitted" / "alice")
    assert results(run(root, "grade", alice, "--json", "-").stdout)[0]["score"] == 2.0
    kept = set((root / ".autograder" / "results").iterdir())
    page = root / "solutions" / "doubling" / "checks.py"
    page.write_text(page.read_text().replace("close_to(2 * x)", "close_to(3 * x)"))
    (root / "course.yaml").write_text(small.COURSE.replace("device: cpu", "device: cpu(1)"))
    again = results(run(root, "grade", alice, "--json", "-", "--no-cache").stdout)[0]
    assert (again["score"], again["device"]) == (0.0, "cpu(1)")
    assert set((root / ".autograder" / "results").iterdir()) == kept  # --no-cache keeps nothing either


WRONG: dict[str, tuple[list[str], str]] = {
    "a path that is not there": (["nowhere"], "nowhere: no such file or folder; name notebooks, or a folder of"),
    "an unknown assignment": (
        ["submitted", "--assignment", "cnn"],
        "there is no assignment 'cnn'; there are: doubling",
    ),
    "no submission": (["nothing"], "no submission found: expected <student>/<assignment>/<notebook>.ipynb"),
    "an unknown option": (["--jobz", "2"], "No such option"),
    "no jobs": (["--jobs", "0"], "Invalid value"),
    "another isolation": (["--isolation", "docker"], "--isolation docker: choose one of"),
    "no scheduler": (["--scheduler", "tcp://127.0.0.1:9"], "--scheduler tcp://127.0.0.1:9: no Dask scheduler answers"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG.keys())
def test_wrong_usage_is_exit_2_and_a_sentence_on_stderr(root: Path, arguments: list[str], said: str) -> None:
    """Nothing on stdout, no traceback, nothing graded."""
    done = run(root, "grade", "--json", "-", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in " ".join(done.stderr.split()).replace("│ ", "")
    assert "Traceback" not in done.stderr
    assert not (root / "reports").exists()


def test_a_wrong_course_is_exit_2_before_anything_is_graded(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No course.yaml, a wrong one, a wrong page of checks, a GPU that this MXNet cannot use."""
    elsewhere = run(tmp_path_factory.mktemp("empty"), "grade", str(root / "submitted"))
    assert (elsewhere.returncode, elsewhere.stdout) == (2, "")
    assert "no course.yaml in . or above it: go to the course's folder, or name it with --course" in elsewhere.stderr
    pairs = {
        "device: cpu": ("device: gpu(0)", "device: gpu(0) needs an MXNet built with CUDA"),
        "seed: ": ("sead: ", "unknown key `sead`; did you mean `seed`?"),
        "f: {points: 2}": ("f: {points: 3}", "assignments.doubling.points is 2, but its exercises add up to 3"),
    }
    for old, (new, said) in pairs.items():
        (root / "course.yaml").write_text(small.COURSE.replace(old, new))
        done = run(root, "grade", "--json", "-")
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_reports_that_cannot_be_written_are_told(root: Path) -> None:
    """Exit 2 with the path; the results are kept, so that the next run has them at once."""
    (root / "file").write_text("")
    done = run(root, "grade", "--out", "file/reports")
    assert done.returncode == 2
    assert "the reports cannot be written there (Not a directory)" in done.stderr
    assert "Traceback" not in done.stderr


def test_stored_results_can_be_reported_again(root: Path) -> None:
    """From results.jsonl alone; without one, or with another version's, exit 2."""
    missing = run(root, "report")
    assert missing.returncode == 2
    assert "there are no results; run `autograder grade` first" in missing.stderr
    (root / "reports").mkdir()
    (root / "reports" / "results.jsonl").write_text("{}\n")
    other = run(root, "report")
    assert other.returncode == 2
    assert "not this version's results" in other.stderr


def test_the_version(root: Path) -> None:
    """On stdout, alone."""
    done = run(root, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0.1.0\n", "")


def children(pid: int) -> list[int]:
    """List all processes below one."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            direct = [int(c) for c in task.read_text().split()]
        except OSError:
            continue  # it ended meanwhile
        found += direct + [grand for c in direct for grand in children(c)]
    return found


def alive(pid: int) -> bool:
    """Tell whether a process runs: one that only waits to be buried doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_stopping_keeps_what_is_done_and_leaves_no_process(root: Path) -> None:
    """Exit 130 within seconds, a sentence on how to go on, no server left, and the next run uses what is kept."""
    small.hand_in(root, "bob", "import time\ndef f(x):\n    time.sleep(60)\n")
    text = small.COURSE.replace("call_seconds: 1", "call_seconds: 60")
    (root / "course.yaml").write_text(text)
    command = [sys.executable, "-m", "autograder", "grade", "--jobs", "2", "--json", "-"]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV, start_new_session=True
    ) as process:
        kept = root / ".autograder" / "results"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not list(kept.glob("*.json")):
            time.sleep(0.05)
        time.sleep(0.3)  # bob's nap has begun
        below = children(process.pid)
        assert below
        os.kill(process.pid, signal.SIGINT)
        began = time.monotonic()
        stdout, stderr = process.communicate(timeout=30)
        assert time.monotonic() - began < 10
    assert process.returncode == 130
    assert stdout == ""
    assert "Stopped. 2 of 3 were graded; they are kept: the same command goes on from there." in " ".join(
        stderr.split()
    )
    assert "Traceback" not in stderr
    assert len(list(kept.glob("*.json"))) == 1
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(map(alive, below)):
        time.sleep(0.05)
    assert [pid for pid in below if alive(pid)] == []
    assert not (root / "reports").exists()
