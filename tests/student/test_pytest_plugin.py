"""Facts about `pytest` in an assignment's folder: the tests that there are, and what a failure says."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from students import BY_COLUMN, CASES, DOWN_THE_COLUMNS, STUB, cells, filled, notebook, workplace

IDS = [
    "softmax::rows_are_distributions", "softmax::softmax_gradient_flows", "softmax::softmax_keeps_its_input",
    "cross_entropy::one_loss_for_each_example", "cross_entropy::cross_entropy_gradient_flows",
    "cross_entropy::cross_entropy_keeps_its_inputs", "SGD::steps_down_the_gradient",
    "evaluate_accuracy::counts_right_predictions",
    "training::follows_the_gradient", "training::loss_falls", "training::classifies_unseen_digits",
]  # fmt: skip


def run(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run `pytest` in a folder."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a filled-in stub and the data."""
    return workplace(tmp_path_factory.mktemp("right"), filled(), data=True).parent


def test_there_is_one_test_for_each_public_check(right: Path) -> None:
    """Ids name the exercise and the check; collecting runs nothing of the notebook's."""
    done = run(right, "--collect-only", "-q")
    assert [line for line in done.stdout.splitlines() if "::" in line] == [f"{CASES.name}::{i}" for i in IDS]


def test_a_right_notebook_passes_and_the_junit_file_says_so(right: Path, tmp_path: Path) -> None:
    """All tests pass; the JUnit file has one case a check, with names that a grading service can use."""
    done = run(right, f"--junitxml={tmp_path / 'junit.xml'}")
    assert done.returncode == 0, done.stdout
    found = ET.parse(tmp_path / "junit.xml").getroot().findall(".//testcase")
    assert [case.get("name") for case in found] == [i.partition("::")[2] for i in IDS]
    assert {case.get("classname") for case in found} >= {"public_cases.msgpack.softmax"}
    assert [list(case) for case in found] == [[]] * len(IDS)


def test_a_failure_says_what_is_wrong_and_nothing_of_ours(tmp_path: Path) -> None:
    """`-k` chooses; a failing test shows the check's sentence and its diagnosis, without a traceback."""
    path = workplace(tmp_path, notebook(cells(softmax=DOWN_THE_COLUMNS)))
    done = run(path.parent, "-k", "rows_are_distributions or steps_down", f"--junitxml={tmp_path / 'junit.xml'}")
    assert done.returncode == 1
    assert "1 failed, 1 passed, 9 deselected" in done.stdout
    assert "Each row of softmax is a probability distribution: wrong" in done.stdout
    assert f"    {BY_COLUMN}" in done.stdout
    assert "pytest_plugin" not in done.stdout
    failed = ET.parse(tmp_path / "junit.xml").getroot().findall(".//failure")
    assert len(failed) == 1
    assert BY_COLUMN in str(failed[0].text)


def test_training_without_data_says_what_it_needs(tmp_path: Path) -> None:
    """Where MNIST is missing, only the training tests fail, and say why."""
    done = run(workplace(tmp_path, filled()).parent)
    assert "3 failed, 8 passed" in done.stdout
    assert done.stdout.count("needs the MNIST files: put data/mnist into the course's folder") >= 3


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], "there is no notebook beside public_cases.msgpack: put yours there as softmax_regression.ipynb"),
        (["one", "two"], "there are several notebooks, none named for the folder, beside public_cases.msgpack"),
    ],
)
def test_a_notebook_that_is_not_clear_fails_each_test_with_a_sentence(
    names: list[str], told: str, tmp_path: Path
) -> None:
    """No notebook, or several: said in one sentence, in no time, in every test."""
    path = workplace(tmp_path)
    path.unlink()
    for name in names:
        path.with_name(f"{name}.ipynb").write_bytes(STUB.read_bytes())
    done = run(path.parent)
    assert "11 failed" in done.stdout
    assert told in done.stdout
    assert "Traceback" not in done.stdout


def test_of_several_notebooks_the_one_named_for_the_folder_counts(tmp_path: Path) -> None:
    """A copy beside it does not matter."""
    path = workplace(tmp_path, notebook(cells()))
    path.with_name("a copy.ipynb").write_bytes(STUB.read_bytes())
    assert "1 passed, 10 deselected" in run(path.parent, "-k", "steps_down").stdout


def test_what_is_forbidden_is_a_test_of_its_own(tmp_path: Path) -> None:
    """Where its use costs points; it fails where the notebook uses it."""
    path = workplace(tmp_path, notebook(cells(softmax="def softmax(x):\n    return nd.softmax(x)\n")))
    cases = path.with_name(CASES.name)
    tree = msgspec.msgpack.decode(cases.read_bytes())
    tree["forbid"] = {"softmax": {"nd.softmax": 1.0}, "SGD": {"gluon": 2.0}, "cross_entropy": {"gluon": 0.0}}
    cases.write_bytes(msgspec.msgpack.encode(tree))
    done = run(path.parent, "-k", "from_scratch")
    assert "1 failed, 1 passed, 11 deselected" in done.stdout
    assert "to be written without mxnet.nd.softmax: using it costs points" in done.stdout


def test_damaged_cases_are_one_sentence(tmp_path: Path) -> None:
    """A torn file of public cases ends the collection with its sentence."""
    path = workplace(tmp_path)
    path.with_name(CASES.name).write_bytes(b"torn")
    done = run(path.parent)
    assert done.returncode == 2
    assert "damaged" in done.stdout
    assert "get the file again" in done.stdout
    assert "recorded.py" not in done.stdout
