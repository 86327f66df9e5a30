"""Facts about `autograder doctor` for students: each thing that may be wrong is found, and its fix is named."""

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from students import CASES, ROOT, STUB, workplace

from autograder.student import doctor
from autograder.student.doctor import Sign

NUMPY = doctor.PYTHONS[sys.version_info[:2]]


def fake_mxnet(folder: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a module in MXNet's place for the processes that are started."""
    (folder / "mxnet.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(folder))


def by_name(folder: Path) -> dict[str, Sign]:
    """Examine a folder; return the signs by what was looked at."""
    return {sign.what: sign for sign in doctor.examine(folder)}


def run(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run `autograder doctor` in a folder."""
    command = [sys.executable, "-m", "autograder", "doctor", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=90, check=False)


def test_a_students_folder_with_everything_is_fine(tmp_path: Path) -> None:
    """All is ticked, nothing about courses or isolation is said, and the exit status is 0."""
    done = run(workplace(tmp_path, data=True).parent)
    assert (done.returncode, done.stderr) == (0, "")
    looked = ["Python", "numpy", "mxnet", "jupyter", "nbgrader"]
    looked += ["import mxnet", "Jupyter kernel", "public checks", "MNIST"]
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [f"✓ {what}" for what in looked]


def test_json_has_each_sign_with_its_mend(tmp_path: Path) -> None:
    """`--json` gives what was found; something wrong gives exit status 1."""
    done = run(tmp_path, "--json")
    assert done.returncode == 1
    wrong = {sign["what"]: sign for sign in json.loads(done.stdout) if sign["ok"] is False}
    assert set(wrong) == {"public checks", "MNIST"}
    assert all(sign["fix"] for sign in wrong.values())


def test_another_python_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.11 to 3.13 are tried; with another one, the sentence says which to take."""
    fix = "make an environment with Python 3.11, 3.12 or 3.13"
    for version, fine in ((3, 10, 9), False), ((3, 11, 0), True), ((3, 13, 1), True), ((3, 14, 0), False):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "version_info", version)
            sign = doctor._python()
        assert sign == Sign("Python", fine, ".".join(map(str, version)), "" if fine else fix)


@pytest.mark.parametrize(
    ("version", "fine"),
    [("1.19.5", False), ("1.23.5", True), ("1.26.4", True), ("2.1.3", True), ("2.5.5", True), ("3.0.0", False)],
)
def test_a_numpy_that_does_not_fit_is_found(version: str, fine: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy 1.23 to 2.x are fine; with another one, the versions to install are named."""
    right = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: version if name == "numpy" else right(name))
    (sign,) = [s for s in doctor._packages() if s.what == "numpy"]
    assert (sign.ok, sign.told) == (fine, version)
    fix = "MXNet 1.9.1 does not work with it: run `pip install 'numpy>=1.23.5,<3'`"
    assert sign.fix == ("" if fine else fix)


def test_the_numpy_that_is_named_is_the_one_in_the_lock() -> None:
    """For each Python, doctor knows the version that requirements.lock has."""
    lock = (ROOT / "requirements.lock").read_text()
    locked = re.findall(r"^numpy==(\S+) ; python_full_version (?:<|==) '3\.(\d+)", lock, re.MULTILINE)
    assert {(3, int(minor) - (version == "1.23.5")): version for version, minor in locked} == doctor.PYTHONS


@pytest.mark.parametrize(("name", "pinned"), [("mxnet", "--no-deps mxnet==1.9.1"), ("jupyter", "jupyter")])
def test_a_missing_package_is_found(name: str, pinned: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not installed is named with the command that installs the right version."""
    right = importlib.metadata.version

    def version(asked: str) -> str:
        if asked == name:
            raise importlib.metadata.PackageNotFoundError(asked)
        return right(asked)

    monkeypatch.setattr(importlib.metadata, "version", version)
    (sign,) = [s for s in doctor._packages() if s.what == name]
    assert (sign.ok, sign.told) == (False, "is not installed")
    assert sign.fix.endswith(f" -m pip install {pinned}`")


@pytest.mark.parametrize(
    ("source", "told", "fix"),
    [
        (
            "import numpy\nnumpy.bool_that_is_gone\n",
            "AttributeError: module 'numpy' has no attribute 'bool_that_is_gone'",
            f"NumPy and MXNet don't fit: run `pip install --force-reinstall --no-deps numpy=={NUMPY} mxnet==1.9.1`",
        ),
        (
            "raise OSError('libquadmath.so.0: cannot open shared object file')\n",
            "OSError: libquadmath.so.0: cannot open shared object file",
            "install the system library that it names; on Debian and Ubuntu `apt-get install libgomp1 libquadmath0`",
        ),
        (
            "raise OSError('libarmpl_lp64_mp.so: cannot open shared object file')\n",
            "OSError: libarmpl_lp64_mp.so: cannot open shared object file",
            "MXNet's wheel for aarch64 needs the Arm Performance Libraries: install them from Arm, free of charge",
        ),
        (
            "raise ImportError('half installed')\n",
            "ImportError: half installed",
            "run `pip install --force-reinstall --no-deps mxnet==1.9.1`",
        ),
        ("import os; os._exit(11)\n", "no message", "run `pip install --force-reinstall --no-deps mxnet==1.9.1`"),
    ],
)
def test_an_mxnet_that_cannot_be_imported_is_found(
    source: str, told: str, fix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MXNet is tried in a process of its own; the last line of what it says is told, with a fix that fits."""
    fake_mxnet(tmp_path, source, monkeypatch)
    assert doctor._mxnet() == Sign("import mxnet", False, told, fix)


def test_an_environment_that_does_not_read_our_pth_file_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook that imports mxnet first would fail there: how to install the package is told."""
    fake_mxnet(tmp_path, "raise AttributeError('numpy has no bool')\n", monkeypatch)
    (tmp_path / "mxnet_compat.py").write_text("raise ImportError\n")
    assert doctor._mxnet().fix == (
        "mxnet_compat.pth is not read here: install the autograder with `pip install` into this environment"
    )


def test_an_mxnet_that_never_comes_up_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor does not wait for ever."""
    fake_mxnet(tmp_path, "import time; time.sleep(60)\n", monkeypatch)
    monkeypatch.setattr(doctor, "IMPORT_SECONDS", 0.5)
    assert doctor._mxnet().ok is False


def kernel(folder: Path, argv: list[str], monkeypatch: pytest.MonkeyPatch) -> Sign:
    """Look at a kernel named python3 that starts `argv`."""
    place = folder / "kernels/python3"
    place.mkdir(parents=True)
    (place / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(folder))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder))
    return doctor._kernel()


def test_a_kernel_that_points_elsewhere_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel of another Python would not have this autograder: the command that fixes it is named."""
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\necho /somewhere/else\n")
    other.chmod(0o755)
    sign = kernel(tmp_path, [str(other), "-m", "ipykernel_launcher"], monkeypatch)
    assert sign.ok is False
    assert sign.told == f"python3 is another Python ({other}), without this autograder perhaps"
    assert sign.fix.endswith(" -m ipykernel install --sys-prefix`")


def test_a_kernel_whose_python_is_gone_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel left behind by an environment that was deleted is another Python too."""
    assert kernel(tmp_path, [str(tmp_path / "gone"), "-m", "ipykernel_launcher"], monkeypatch).ok is False


@pytest.mark.parametrize("target", [sys.executable, "python"])
def test_a_kernel_of_this_python_is_fine(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This interpreter, or whichever `python` comes first for this environment."""
    assert kernel(tmp_path, [target, "-m", "ipykernel_launcher"], monkeypatch).ok is True


def test_missing_cases_and_data_are_found(tmp_path: Path) -> None:
    """A notebook alone in a folder: both are named, with what to do."""
    path = workplace(tmp_path)
    path.with_name(CASES.name).unlink()
    found = by_name(path.parent)
    assert (found["public checks"].ok, found["MNIST"].ok) == (False, False)
    assert found["public checks"].fix == "keep the notebook in the assignment's folder, or get that again"
    assert found["MNIST"].fix == "put the course's data/mnist folder there"
    assert "course.yaml" not in found


def test_damaged_data_are_found(tmp_path: Path) -> None:
    """A torn download is told by its checksum."""
    path = workplace(tmp_path)
    shutil.copytree(ROOT / "data/mnist", tmp_path / "data/mnist")
    labels = tmp_path / "data/mnist/t10k-labels-idx1-ubyte.gz"
    labels.write_bytes(labels.read_bytes()[:-20])
    sign = doctor._data(path.parent)
    assert (sign.ok, sign.fix) == (False, "copy data/mnist from the course again")
    assert labels.name in sign.told


def test_damaged_cases_are_found(tmp_path: Path) -> None:
    """A torn file of public cases is told."""
    path = workplace(tmp_path, STUB.read_text("utf-8"))
    path.with_name(CASES.name).write_bytes(b"torn")
    (sign,) = doctor._cases(path.parent)
    assert "damaged" in sign.told
    assert sign.ok is False
