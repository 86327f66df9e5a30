"""What cannot be looked into, or is named or dated oddly, costs its own student something; the class gets its reports.

The program runs without root's right to read everything: of root it is taken, others never had it.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import small

LATE = "late: {deadlines: {doubling: 2100-01-01T00:00:00+00:00}, penalty_per_day: 0.1}\n"


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A small course with two honest submissions; every folder can be removed again afterwards."""
    made = small.course(tmp_path / "course")
    with (made / "course.yaml").open("a") as file:
        file.write(LATE)
    for student in ("anna", "zoe"):
        small.hand_in(made, student, small.RIGHT)
    yield made
    subprocess.run(["chmod", "-R", "u+rwX", str(made)], check=False)


def grade(root: Path, *paths: str) -> tuple[int, dict[str, Any], str]:
    """Grade as an ordinary user; return exit status, results by student, and what was said."""
    command = [sys.executable, "-m", "autograder", "grade", *(paths or ("submitted",)), "--json", "-", "--jobs", "1"]
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=200, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({line["student"] for line in lines}) == len(lines)
    return done.returncode, {line["student"]: line for line in lines}, done.stderr


def closed(path: Path, mode: int = 0) -> None:
    """Let nobody look into a folder or file."""
    path.chmod(mode)


UNREADABLE: dict[str, Callable[[Path], None]] = {
    "the student's folder": lambda eve: closed(eve.parents[1]),
    "the student's folder may be listed only": lambda eve: closed(eve.parents[1], 0o400),
    "the assignment's folder": lambda eve: closed(eve.parent),
    "the assignment's folder may be listed only": lambda eve: closed(eve.parent, 0o400),
    "the file": closed,
}


@pytest.mark.parametrize("by", ["the tree", "a glob"])
def test_what_cannot_be_read_leaves_its_student_ungraded(root: Path, by: str) -> None:
    """The others are graded, by the tree and by a glob, and the reports name the path and what to do."""
    for student, close in UNREADABLE.items():
        close(small.hand_in(root, student, small.RIGHT))
    paths = [f"submitted/{s}" for s in ("anna", *UNREADABLE, "zoe")] if by == "a glob" else []
    status, found, said = grade(root, *paths)
    assert status == 1, said
    assert {s: r["score"] for s, r in found.items()} == {"anna": 2.0, "zoe": 2.0, **dict.fromkeys(UNREADABLE)}
    for student in UNREADABLE:
        assert f"submitted/{student}" in found[student]["reason"]
        assert "Permission denied" in found[student]["reason"]
    assert len(list((root / "reports" / "doubling").glob("*.html"))) == len(found)


def test_odd_names_and_dates_end_nothing(root: Path) -> None:
    """Names of every kind stay as many people, in JSON, pages and exports; odd times are named in a warning."""
    honest = ["anna\u200b", "anna\u202e", "anna ", " anna", "an\u0000na".replace("\0", "\x01"), "ANNA", "anna."]
    honest += ["Zoe\u0308", "Zo\u00eb", "x" * 200, "a\nb", "=1+1", "-n", "CON", "index", "[1]", "*", "\U0001f600"]
    honest += [os.fsdecode(b"caf\xe9"), "anna [0123456789ab]", "%2e%2e", "a'b\"c&d", "~", "$HOME"]
    for student in honest:
        small.hand_in(root, student, small.RIGHT)
    stamps = {"nines": b"9" * 30 + b"m", "words": b"soon", "empty": b"", "bytes": b"\xff\xfe\x00", "long": b"1" * 10**6}
    for student, stamp in stamps.items():
        small.hand_in(root, student, small.RIGHT).with_name("timestamp.txt").write_bytes(stamp)
    os.mkfifo(small.hand_in(root, "pipe", small.RIGHT).with_name("timestamp.txt"))
    closed(root / "submitted" / "words" / "doubling" / "timestamp.txt")
    (root / "submitted" / "file").write_text("a student who is a file")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as shm:  # a disk's file system may not hold such a date
        dated = Path(shm) / "class" / "dated" / "doubling" / "doubling.py"
        dated.parent.mkdir(parents=True)
        dated.write_text(small.RIGHT)
        os.utime(dated, (1e12, 1e12))
        status, found, said = grade(root, "submitted", str(dated.parents[2]))
    assert status == 0, said
    assert {r["score"] for r in found.values()} == {2.0}
    assert len(found) == 2 + len(honest) + len(stamps) + 1 + 1
    for student in (*stamps, "pipe", "dated"):
        assert f"{student}: when it was handed in cannot be told" in said
        assert found[student]["late"] is None
    assert "Not graded, for they are in no folder doubling of a student's, in submitted: file\n" in said
    pages = list((root / "reports" / "doubling").glob("*.html"))
    assert len({page.name.lower() for page in pages}) == len(found)
    for form in ("csv", "canvas", "moodle", "gradescope", "junit"):
        command = [sys.executable, "-m", "autograder", "report", "--format", form]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=100, check=False)
        assert done.returncode == 0, done.stderr
    rows = (root / "reports" / "grades.csv").read_text().splitlines()
    assert len({row.partition(",doubling")[0] for row in rows[1:]}) == len(found)
