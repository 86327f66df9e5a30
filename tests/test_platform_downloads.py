"""Each platform's page of docs/instructors.md, run: its download in, its gradebook out."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import small

DOWNLOADS = {  # the folder's name, files, students, how exports are asked for, what they call the students
    "Moodle": (
        ["Anna Lee_901_assignsubmission_file/hw.ipynb", "Ben Ng_902_assignsubmission_file/My Work.ipynb"],
        ["Anna Lee_901", "Ben Ng_902"],
        ("moodle", "Username,First name,Surname\nal1,Anna,Lee\nbn2,Ben,Ng\ncx3,Cy,Xu\n"),
        ["al1", "bn2"],
    ),
    "Canvas": (
        ["leeanna_901_5551_doubling-1.ipynb", "ngben_LATE_902_5552_final.IPYNB", "readme.md"],
        ["leeanna", "ngben"],
        ("canvas", 'Student,ID,SIS User ID,SIS Login ID,Section,Doubling (7)\n'
            '"Lee, Anna",901,,al1,A,\n"Ng, Ben",902,,bn2,A,\n"Xu, Cy",903,,cx3,A,\n'),
        ["Lee, Anna", "Ng, Ben"],
    ),
    "Gradescope": (
        ["submission_1/doubling.ipynb", "submission_2/other.ipynb", "submission_metadata.yml", "__MACOSX/x.ipynb"],
        ["submission_1", "submission_2"],
        ("csv", ""),
        ["submission_1", "submission_2"],
    ),
    "GitHub Classroom": (
        ["hw-anna/doubling.ipynb", "hw-anna/README.md", "hw-anna/.git/HEAD", "hw-ben/src/doubling.ipynb"],
        ["hw-anna", "hw-ben"],
        ("csv", ""),
        ["hw-anna", "hw-ben"],
    ),
}  # fmt: skip


def autograder(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the program."""
    whole = [sys.executable, "-m", "autograder", *command]
    return subprocess.run(whole, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("platform", DOWNLOADS)
def test_a_platform_s_download_gives_its_gradebook(tmp_path: Path, platform: str) -> None:
    """One command grades everybody, another writes what to upload; who is missing is named."""
    files, students, (kind, roster), names = DOWNLOADS[platform]
    root = small.course(tmp_path)
    cell = {"cell_type": "code", "source": small.RIGHT, "metadata": {}, "outputs": [], "execution_count": None}
    for name in files:
        path = root / "download" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    graded = autograder("grade", "download", "--json", "-", cwd=root)

    assert graded.returncode == 0, graded.stderr
    found = [json.loads(line) for line in graded.stdout.splitlines()]
    assert [(r["student"], r["score"]) for r in found] == [(s, 2.0) for s in students]
    (root / "class.csv").write_text(roster)
    options = ["--roster", "class.csv"] if roster else []
    exported = autograder("report", "--format", kind, *options, cwd=root)
    assert exported.returncode == 0, exported.stderr
    assert ("handed in nothing: Xu, Cy" in exported.stderr) is bool(roster)
    name = {"csv": "grades.csv"}.get(kind, f"{kind}.csv")
    rows = list(csv.reader((root / "reports" / name).read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in rows if row[0] in names] == names
