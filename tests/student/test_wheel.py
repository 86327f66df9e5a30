"""Facts about the built wheel: what is in it, and that it checks notebooks in an environment that has only it."""

import ast
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from students import ROOT, filled, workplace

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


@dataclass(frozen=True)
class Installed:
    """A wheel, and an environment into which it was installed."""

    wheel: Path
    bin: Path

    def run(self, folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a program of the environment in a folder."""
        path = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(folder)}
        return _run([str(self.bin / command[0]), *command[1:]], folder, env=path)


def _run(command: list[str], folder: Path, env: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False, env=env)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the wheel and install it, without its dependencies, beside the locked packages that are here."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    built = _run([*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), "."], ROOT)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    made = _run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], folder)
    assert made.returncode == 0, made.stderr
    here = folder / "env" / "bin"
    # The locked packages, by a line in a .pth: the .pth files there, the editable install, are not followed.
    site = folder / f"env/lib/python{VERSION}/site-packages"
    (site / "locked.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    put = [*pip, "--python", str(here / "python"), "install", "-q", "--no-deps", "--no-index", "--ignore-installed"]
    done = _run([*put, str(wheel)], folder)
    assert done.returncode == 0, done.stderr
    return Installed(wheel, here)


def test_the_package_comes_from_the_wheel(installed: Installed, tmp_path: Path) -> None:
    """What is imported lies in the new environment, not in the repository."""
    done = installed.run(tmp_path, "python", "-c", "import autograder; print(autograder.__file__)")
    assert Path(done.stdout.strip()).parent == installed.bin.parent / f"lib/python{VERSION}/site-packages/autograder"


def test_the_stub_is_blank_there(installed: Installed, tmp_path: Path) -> None:
    """The self-check of the stub, in a folder outside the repository, says that every function is blank."""
    done = installed.run(workplace(tmp_path).parent, "autograder", "check")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count("is still blank") == 4


def test_a_right_notebook_passes_there(installed: Installed, tmp_path: Path) -> None:
    """Filled in rightly, all public checks pass, training on MNIST with them."""
    done = installed.run(workplace(tmp_path, filled(), data=True).parent, "autograder", "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("every public check passed") == 5


def test_pytest_finds_the_plugin_there(installed: Installed, tmp_path: Path) -> None:
    """Installing the wheel is enough for `pytest` to know the public checks."""
    done = installed.run(workplace(tmp_path).parent, "python", "-m", "pytest", "--collect-only", "-q")
    assert "public_cases.msgpack::softmax::rows_are_distributions" in done.stdout


def test_the_wheel_holds_the_package_and_nothing_else(installed: Installed) -> None:
    """No solution, test, data or course setting is in the wheel; templates and styles are."""
    with zipfile.ZipFile(installed.wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"autograder", "mxnet_compat.py", "mxnet_compat.pth"}
    secret = (".ipynb", ".msgpack", "reference.py", "course.yaml")  # autograder/checks/reference.py reads a course's
    assert [n for n in names if n.endswith(secret) and n != "autograder/checks/reference.py"] == []
    inside = {n for n in names if n.startswith("autograder/") and "__pycache__" not in n}
    tracked = _run(["git", "ls-files", "autograder"], ROOT).stdout.split()
    assert set(tracked) <= inside


def test_the_wheel_computes_no_softmax(installed: Installed) -> None:
    """Nothing in the package exponentiates arrays: a softmax or a cross-entropy of its own would have to."""
    with zipfile.ZipFile(installed.wheel) as archive:
        pages = {n: archive.read(n).decode() for n in archive.namelist() if n.endswith(".py")}
    calls = {
        (name, ast.unparse(node.func))
        for name, text in pages.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("np.exp", "numpy.exp", "nd.exp", "np.log", "nd.log")
    }
    assert calls == set()
