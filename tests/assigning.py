"""Small assignments that only tests use: `tests/assignments/<id>/`, made into a course in an empty folder.

exercises.yaml   what course.yaml says of the exercises
solution.py      the solution's cells, in percent form
checks.py        the page of checks
mistakes/        known mistakes, as beside any solution
wrong/           answers that make these mistakes, written otherwise; the first line says what is to be told
"""

import json
import re
import shutil
from pathlib import Path

import yaml

FOLDER = Path(__file__).with_name("assignments")
NAMES = sorted(path.name for path in FOLDER.iterdir() if (path / "checks.py").is_file())
SEED = 0x1234567890ABCDEF1234567890ABCDEF


def course(root: Path, *names: str) -> Path:
    """Make a course of these assignments in `root`: no data, no training."""
    assignments = {}
    for name in names:
        exercises = yaml.safe_load((FOLDER / name / "exercises.yaml").read_text())
        points = sum(exercise["points"] for exercise in exercises.values())
        assignments[name] = {"title": name, "points": points, "exercises": exercises}
        folder = root / "solutions" / name
        folder.mkdir(parents=True)
        shutil.copy(FOLDER / name / "checks.py", folder)
        if (FOLDER / name / "mistakes").is_dir():
            shutil.copytree(FOLDER / name / "mistakes", folder / "mistakes")
        (folder / f"{name}.ipynb").write_text(notebook(cells(name)))
    settings = {"course": "tests", "device": "cpu", "seed": SEED, "data": "data", "assignments": assignments}
    (root / "data").mkdir()
    (root / "data" / "SHA256SUMS").touch()
    (root / "course.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    return root


def cells(name: str, wrong: str = "") -> list[str]:
    """The solution's cells; with `wrong`, the one that defines what this answer defines is replaced by it."""
    texts = [text.strip() for text in (FOLDER / name / "solution.py").read_text().split("# %%\n") if text.strip()]
    if not wrong:
        return texts
    answer = (FOLDER / name / "wrong" / f"{wrong}.py").read_text()
    (defined,) = re.findall(r"^(?:def|class) (\w+)", answer, re.MULTILINE)
    return [answer if re.search(rf"^(?:def|class) {defined}\b", text, re.MULTILINE) else text for text in texts]


def blank(name: str) -> list[str]:
    """The cells with every function and class left for the student to write."""
    heads = [re.match(r"(?:def (\w+)|class (\w+))", text) for text in cells(name)]
    return [
        text if head is None else f"def {head[1] or head[2]}(*args, **options):\n    raise NotImplementedError()"
        for text, head in zip(cells(name), heads, strict=True)
    ]


def answers(name: str) -> dict[str, str]:
    """The wrong answers of an assignment, and what each is to be told."""
    return {p.stem: p.read_text().splitlines()[0].removeprefix("# told: ") for p in (FOLDER / name).glob("wrong/*.py")}


def notebook(sources: list[str]) -> str:
    """A notebook of these code cells, as JSON."""
    made = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for i, source in enumerate(sources)
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made})
