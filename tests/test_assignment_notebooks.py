"""Facts about running the assignment: the solution learns, the blank stub runs through, the text's numbers are true."""

import json
import re
import shutil
import symtable
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
ASSIGNMENT = ROOT / "assignments/softmax_regression"
SOLUTION = ROOT / "solutions/softmax_regression/softmax_regression.ipynb"
STUB = ASSIGNMENT / "softmax_regression.ipynb"
FUNCTIONS = ("softmax", "cross_entropy", "SGD", "evaluate_accuracy")
SECONDS_A_CELL = 240

PROBE_FOREIGN_ERROR = """
try:
    with when_filled_in():
        raise NotImplementedError("from a library")
except NotImplementedError as error:
    print("passed on:", error)
"""

Cells = dict[str, Any]


def run(notebook: Path, folder: Path, *probes: str) -> Cells:
    """Run a copy of `notebook`, placed as a student has it, with `probes` as further cells; return cells by id.

    The kernel is this very interpreter, whatever kernels the machine knows. Cells may raise: the facts look for that.
    """
    place = folder / "assignments/softmax_regression"
    shutil.copytree(ASSIGNMENT, place)
    (folder / "data").symlink_to(ROOT / "data", target_is_directory=True)

    cells = nbformat.read(notebook, as_version=4)
    cells.cells += [nbformat.v4.new_code_cell(text, id=f"probe-{i}") for i, text in enumerate(probes)]
    client = NotebookClient(
        cells,
        km=_kernel(folder),
        timeout=SECONDS_A_CELL,
        allow_errors=True,
        resources={"metadata": {"path": str(place)}},
    )
    client.execute(cleanup_kc=True)
    return {cell.id: cell for cell in client.nb.cells}


def _kernel(folder: Path) -> AsyncKernelManager:
    """Return a manager whose only kernel is the running interpreter, with this checkout on its path."""
    spec = folder / "kernels/under-test"
    spec.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    environment = {"PYTHONPATH": str(ROOT), "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    text = json.dumps({"argv": argv, "display_name": "under test", "language": "python", "env": environment})
    (spec / "kernel.json").write_text(text, encoding="utf-8")
    specs = KernelSpecManager(kernel_dirs=[str(folder / "kernels")], ensure_native_kernel=False)
    return AsyncKernelManager(kernel_name="under-test", kernel_spec_manager=specs)


def printed(cell: Any) -> str:
    """Return what a cell wrote to standard output."""
    return "".join(out.text for out in cell.outputs if out.output_type == "stream" and out.name == "stdout")


def pictures(cell: Any) -> int:
    """Return how many pictures a cell shows."""
    return sum("image/png" in out.get("data", {}) for out in cell.outputs)


def errors(cells: Cells) -> list[str]:
    """Return the error outputs of all cells, and what they wrote to standard error."""
    return [
        f"{name}: {out.get('evalue', out.get('text'))}"
        for name, cell in cells.items()
        for out in cell.get("outputs", ())
        if out.output_type == "error" or out.get("name") == "stderr"
    ]


@pytest.fixture(scope="module")
def solution(tmp_path_factory: pytest.TempPathFactory) -> Cells:
    """Return the solution notebook after a run from top to bottom."""
    probe = "import json; print(json.dumps([test_accuracy, accuracies, float(losses[0])]))"
    return run(SOLUTION, tmp_path_factory.mktemp("solution"), probe)


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Cells:
    """Return the stub notebook after a run from top to bottom."""
    return run(STUB, tmp_path_factory.mktemp("stub"), PROBE_FOREIGN_ERROR)


@pytest.mark.long
def test_solution_runs_through(solution: Cells) -> None:
    """The solution runs from top to bottom without an error or a word on standard error."""
    assert errors(solution) == []


@pytest.mark.long
def test_solution_reaches_its_accuracy(solution: Cells) -> None:
    """After training, at least 85 % of the test digits are right, and the last epoch is no worse than the first."""
    test_accuracy, accuracies, _ = json.loads(printed(solution["probe-0"]))

    assert 0.85 <= test_accuracy <= 1
    assert accuracies[0][1] <= accuracies[-1][1] + 0.01


@pytest.mark.long
def test_loss_starts_near_guessing(solution: Cells) -> None:
    """The first loss is close to ln 10, as the text says."""
    assert json.loads(printed(solution["probe-0"]))[2] == pytest.approx(2.303, abs=0.15)


@pytest.mark.long
@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("overflow", "inf] nan nan nan"),
        ("softmax-demo", "0.125 0.25 0.625 0.3333 0.3333 0.3333"),
        ("cross_entropy-demo", "0.6931 0.2231"),
        ("SGD-demo", "0.8 -1.6 2.4"),
        ("toy-data", "[5. 3.] pad 1"),
        ("evaluate_accuracy-demo", "first call: 0.8 second call: 0.8"),
    ],
)
def test_worked_examples_are_true(solution: Cells, cell: str, numbers: str) -> None:
    """A demonstration prints, in their order, the numbers that its text works out by hand."""
    rest = printed(solution[cell])
    for number in numbers.split():
        assert number in rest
        rest = rest.partition(number)[2]


@pytest.mark.long
def test_autograd_agrees_with_the_text(solution: Cells) -> None:
    """The gradient that autograd finds prints like yhat - y."""
    numbers = re.findall(r"-?\d+\.\d*", printed(solution["gradient-demo"]))

    assert len(numbers) == 12
    assert numbers[:6] == numbers[6:]


@pytest.mark.long
@pytest.mark.parametrize("cell", ["look", "statistics", "training-loop", "weights", "confusion", "mistakes"])
def test_pictures_are_shown_once(solution: Cells, cell: str) -> None:
    """Each cell that draws shows one picture; the live plot is replaced in place, not repeated."""
    assert pictures(solution[cell]) == 1


def test_stub_runs_through(stub: Cells) -> None:
    """The blank stub runs from top to bottom without an error or a word on standard error."""
    assert errors(stub) == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_blank_functions_are_named(stub: Cells, name: str) -> None:
    """Where a function is blank, its demonstration says so in one sentence and shows nothing else."""
    sentence = f"{name} is still blank: fill it in above, then run this cell again.\n"

    assert printed(stub[f"{name}-demo"]) == sentence
    assert {output.output_type for output in stub[f"{name}-demo"].outputs} == {"stream"}  # in one piece, or in several


def test_other_errors_are_not_hidden(stub: Cells) -> None:
    """A NotImplementedError from elsewhere than the four functions is not mistaken for a blank."""
    assert printed(stub["probe-0"]) == "passed on: from a library\n"


@pytest.mark.long
@pytest.mark.parametrize("exercise", [*FUNCTIONS, "training"])
def test_grade_cells_say_something(solution: Cells, stub: Cells, exercise: str) -> None:
    """Every grade cell gives an output, for nbgrader gives full marks to one that gives none."""
    assert solution[exercise].outputs
    assert stub[exercise].outputs


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_stand_alone(name: str) -> None:
    """Each reference function uses no global names but the imports and `ctx`, so that a grader can import it alone."""
    (cell,) = (cell for cell in nbformat.read(SOLUTION, as_version=4).cells if cell.id == f"{name}-solution")
    (function,) = symtable.symtable(cell.source, name, "exec").get_children()
    assert isinstance(function, symtable.Function)

    assert set(function.get_globals()) <= {"nd", "mx", "np", "autograd", "ctx", "int", "float"}
