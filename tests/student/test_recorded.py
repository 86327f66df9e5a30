"""Facts about recorded public cases: read as they were written, no solution in them, and damage is said."""

import ast
import dataclasses
import re
import shutil
from pathlib import Path
from typing import Any

import msgspec
import nbformat
import numpy as np
import pytest
import yaml
from students import CASES, ROOT, STUB

from autograder.author import release
from autograder.checks import Case, Check, suite
from autograder.checks.expectations import CloseTo
from autograder.course.settings import load
from autograder.errors import CourseError
from autograder.student import recorded

NAME = "softmax_regression"


@pytest.fixture(scope="module")
def ready() -> suite.Suite:
    """The assignment as the grader prepares it."""
    return suite.prepare(ROOT, load(ROOT), NAME)


@pytest.fixture(scope="module")
def tree() -> dict[str, Any]:
    """The released file, decoded."""
    found: dict[str, Any] = msgspec.msgpack.decode(CASES.read_bytes())
    return found


def assert_same(found: Any, right: Any, *, rtol: float, atol: float = 0.0) -> None:
    """Assert that two of our records hold the same: numbers of any float type within a tolerance, all else exactly."""
    assert type(found) is type(right)
    if isinstance(right, np.ndarray | float):
        assert (np.shape(found), np.asarray(found).dtype) == (np.shape(right), np.asarray(right).dtype)
        np.testing.assert_allclose(found, right, rtol, atol)
    elif isinstance(right, tuple):
        assert len(found) == len(right)
        for one, other in zip(found, right, strict=True):
            assert_same(one, other, rtol=rtol, atol=atol)
    elif isinstance(right, Check):
        told = [(c.name, c.title, c.exercise, c.points, c.hidden) for c in (found, right)]  # its cases are a function
        assert told[0] == told[1]
    elif dataclasses.is_dataclass(right):
        for field in dataclasses.fields(right):
            assert_same(getattr(found, field.name), getattr(right, field.name), rtol=rtol, atol=atol)
    else:
        assert found == right


def test_every_public_case_is_read_as_it_was_drawn(ready: suite.Suite, tmp_path: Path) -> None:
    """Requests and inputs survive the file exactly, also where an input is expected again, for it must not change.

    What the references computed keeps the nine digits that float32 needs.
    """
    public = [item for item in ready.items if not item.check.hidden]
    path = tmp_path / recorded.FILE
    path.write_bytes(recorded.write(dataclasses.replace(ready, plan=None)))
    found = recorded.read(path)
    assert found.training is None
    cases = [case for item in found.items for case in item.cases if isinstance(case, Case)]
    drawn = [case for item in public for case in item.cases if isinstance(case, Case)]
    assert_same(tuple(case.arrays for case in cases), tuple(case.arrays for case in drawn), rtol=0)
    assert [case.request for case in cases] == [case.request for case in drawn]
    assert_same(found.items, tuple(public), rtol=1e-8)
    expected = [
        (a.expect.value, b.expect)
        for case, other in zip(cases, drawn, strict=True)
        for a, b in zip(case.aspects, other.aspects, strict=True)
        if isinstance(a.expect, CloseTo) and isinstance(b.expect, CloseTo)
    ]
    strict = [(kept, right.value) for kept, right in expected if right.rtol == 0 and np.all(right.atol == 0)]
    assert len(strict) >= 2
    assert all(np.array_equal(kept, right) for kept, right in strict)
    computed = [v for kept, _ in expected for v in kept.flat if np.float32(v) != v]
    assert len(computed) > 100
    assert [v for v in computed if float(f"{v:.9g}") != v] == []


def test_the_training_run_is_read_as_it_was_planned() -> None:
    """Start and order are the same; path, losses and accuracy are kept to float32, finer than any tolerance on it."""
    plan, found = suite.released(ROOT, load(ROOT), NAME).plan, recorded.read(CASES).training
    assert plan is not None
    assert found is not None
    assert_same((found.start, found.order), (plan.start, plan.order), rtol=0)
    assert found.settings == plan.settings
    assert_same(found.snapshots, plan.snapshots, rtol=1e-6, atol=1e-9)
    assert_same((found.first_loss, found.test_accuracy), (plan.first_loss, plan.test_accuracy), rtol=1e-6)
    losses = [found.first_loss, found.test_accuracy, *(s.loss for s in found.snapshots)]
    assert [v for v in losses if float(f"{v:.9g}") != v] == []


def _course(folder: Path, **changed: object) -> Path:
    """Copy what a release needs, with some settings changed."""
    folder.mkdir(exist_ok=True)
    settings = yaml.safe_load((ROOT / "course.yaml").read_text("utf-8")) | changed
    (folder / "course.yaml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    shutil.copytree(ROOT / "solutions", folder / "solutions", ignore=shutil.ignore_patterns("__pycache__", "mutants*"))
    (folder / "data").symlink_to(ROOT / "data")
    return folder


def test_the_released_cases_are_those_of_the_checks_whatever_the_seed(tmp_path: Path) -> None:
    """Recording again, in a course of another seed, gives the committed file; if it does not, release it again.

    Numbers agree as float32 does, for another processor's sums end in other digits.
    """
    root = _course(tmp_path, seed=7 << 120)
    release.record(root, NAME, tmp_path / "out")
    assert_same(recorded.read(tmp_path / "out" / recorded.FILE), recorded.read(CASES), rtol=1e-6, atol=1e-9)
    release.record(_course(tmp_path / "other", seed=8 << 120), NAME, tmp_path / "again")
    assert (tmp_path / "again" / recorded.FILE).read_bytes() == (tmp_path / "out" / recorded.FILE).read_bytes()


def test_the_released_stub_is_that_of_the_solution(tmp_path: Path) -> None:
    """Releasing again gives the committed notebook to the byte."""
    release.release(ROOT / f"solutions/{NAME}/{NAME}.ipynb", tmp_path / "stub.ipynb")
    same = (tmp_path / "stub.ipynb").read_bytes() == STUB.read_bytes()
    assert same, "the solution notebook has changed: run `autograder release` and commit what it writes"


# ------------------------------------------------------------------------------------ damage


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: raw[:1000],
        lambda raw: raw[:-1],
        lambda raw: raw + b"x",
        lambda raw: b"\xc1" + raw[1:],
        lambda raw: b"not msgpack at all",
        lambda raw: msgspec.msgpack.encode([1, 2]),
        lambda raw: msgspec.msgpack.encode({"version": recorded.VERSION}),
        lambda raw: msgspec.msgpack.encode(
            {"version": recorded.VERSION, "assignment": 3, "functions": 4, "needs": 5, "items": 6}
        ),
    ],
)
def test_a_damaged_file_is_one_sentence(damage: Any, tmp_path: Path) -> None:
    """Whatever is wrong with the bytes: the file is named, and what to do."""
    path = tmp_path / recorded.FILE
    path.write_bytes(damage(CASES.read_bytes()))
    with pytest.raises(CourseError, match=r"public_cases\.msgpack: damaged .*; get the file again$"):
        recorded.read(path)


def _changed(tree: dict[str, Any], path: str, value: object) -> bytes:
    copy = msgspec.msgpack.decode(msgspec.msgpack.encode(tree))
    at, *keys = [int(k) if k.isdecimal() else k for k in path.split(".")][::-1]
    place = copy
    for key in keys[::-1]:
        place = place[key]
    place[at] = value
    return msgspec.msgpack.encode(copy)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("items.0.cases.0.arrays.0.dtype", "object"),
        ("items.0.cases.0.arrays.0.shape", [10**9, 10**9]),
        ("items.0.cases.0.arrays.0.shape", [-1]),
        ("items.0.cases.0.arrays.0.data", b"short"),
        ("items.0.cases.0.aspects.0.expect", "eval"),
        ("items.0.cases.0.aspects.0.fields", {"value": "text"}),
        ("items.0.cases.0.request", {"kind": "exec"}),
        ("items.0.check", {"name": "x"}),
        ("training.settings", {"epochs": "many"}),
        ("training.start", 3),
        ("forbid", {"softmax": {"nd.softmax": "much"}}),
    ],
)
def test_a_changed_file_runs_nothing_and_says_so(
    path: str, value: object, tree: dict[str, Any], tmp_path: Path
) -> None:
    """What is no array, expectation or request of ours is refused in one sentence."""
    file = tmp_path / recorded.FILE
    file.write_bytes(_changed(tree, path, value))
    with pytest.raises(CourseError, match="damaged"):
        recorded.read(file)


def test_another_version_is_named(tree: dict[str, Any], tmp_path: Path) -> None:
    """A file of another version of the autograder says so."""
    file = tmp_path / recorded.FILE
    file.write_bytes(_changed(tree, "version", 99))
    with pytest.raises(CourseError, match="recorded by another version of the autograder; get the file again"):
        recorded.read(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Where there is none, that is said."""
    with pytest.raises(CourseError, match="get its folder again"):
        recorded.find(tmp_path)


# ------------------------------------------------------------------------------------ no solution


def _marrow(source: str) -> set[str]:
    """Return each statement of the functions in `source`, written plainly; those too short to tell apart left out."""
    bodies = [n.body for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)]
    found = {ast.unparse(s) for body in bodies for s in body if not isinstance(s, ast.Expr | ast.For | ast.FunctionDef)}
    return {text for text in found if len(text) >= 25}


def _regions() -> str:
    notebook = nbformat.read(ROOT / f"solutions/{NAME}/{NAME}.ipynb", as_version=4)
    cells = [c.source for c in notebook.cells if "### BEGIN SOLUTION" in c.source]
    return "\n\n".join(cells)


def test_no_line_of_a_solution_is_released() -> None:
    """No statement of a solution region, reference.py or checks.py is in the stub, the cases or the package."""
    secret = _marrow(_regions())
    for page in ("reference.py", "checks.py"):
        secret |= _marrow((ROOT / f"solutions/{NAME}" / page).read_text("utf-8"))
    assert len(secret) > 30
    notebook = nbformat.read(STUB, as_version=4)
    public = {"stub": "\n\n".join(c.source for c in notebook.cells if c.cell_type == "code")}
    public |= {str(p.relative_to(ROOT)): p.read_text("utf-8") for p in (ROOT / "autograder").rglob("*.py")}
    leaks = {name: secret & _statements(text) for name, text in public.items()}
    assert {name: found for name, found in leaks.items() if found} == {}


def _statements(source: str) -> set[str]:
    source = re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE)
    return {ast.unparse(node) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)}


def test_released_cases_hold_no_code(tree: dict[str, Any]) -> None:
    """Every text in the file is a name, a title or a diagnosis: one line without a statement in it."""
    texts: list[str] = []

    def gather(value: object) -> None:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, dict):
            for key, inner in value.items():
                gather(key)
                gather(inner)
        elif isinstance(value, list):
            for inner in value:
                gather(inner)

    gather(tree)
    assert len(set(texts)) > 30
    assert [t for t in texts if re.search(r"\n|\bdef \b|\blambda\b|\bimport\b|np\.|=", t)] == []


def test_released_cases_hold_no_hidden_check(tree: dict[str, Any], ready: suite.Suite) -> None:
    """Neither names nor inputs of hidden checks are in the file."""
    raw = CASES.read_bytes()
    hidden = [item for item in ready.items if item.check.hidden]
    assert len(hidden) > 10
    assert [i.check.name for i in hidden if i.check.name.encode() in raw] == []
    inputs = [c.arrays[0].tobytes() for i in hidden for c in i.cases if isinstance(c, Case) and c.arrays[0].size > 8]
    assert [len(data) for data in inputs if data in raw] == []


def test_the_package_imports_no_solution() -> None:
    """No module of the package names solutions/ in an import, and only the judge's side names the folder at all."""
    named = set()
    for path in (ROOT / "autograder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if n.split(".")[0] == "solutions" or n.endswith(".reference")], path
            if isinstance(node, ast.Constant) and node.value == "solutions":
                named.add(path.relative_to(ROOT / "autograder"))
    students = {path for path in named if path.parts[0] in ("student", "worker")}
    assert students <= {Path("student/doctor.py")}  # which looks whether there is such a folder
