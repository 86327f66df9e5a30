"""What students do, for tests: notebooks that they write, folders that they work in, kernels that they run."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import KernelManager, start_new_kernel

from autograder.student.recorded import FILE

ROOT = Path(__file__).resolve().parents[1]
RELEASED = ROOT / "assignments/softmax_regression"
STUB = RELEASED / "softmax_regression.ipynb"
CASES = RELEASED / FILE

SETUP = "import mxnet as mx\nimport numpy as np\nfrom mxnet import autograd, nd\n\nctx = mx.cpu()"
RIGHT = {
    "softmax": """\
def softmax(y_linear):
    shifted = y_linear - y_linear.max(axis=1, keepdims=True)
    parts = shifted.exp()
    return parts / parts.sum(axis=1, keepdims=True)""",
    "cross_entropy": """\
def cross_entropy(yhat, y):
    return -(y * (yhat + 1e-12).log()).sum(axis=1)""",
    "SGD": """\
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad""",
    "evaluate_accuracy": """\
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    right = total = 0
    for batch in data_iterator:
        found = net(batch.data[0].as_in_context(ctx)).argmax(axis=1).asnumpy()
        kept = len(found) - batch.pad
        right += (found == batch.label[0].asnumpy())[:kept].sum()
        total += kept
    return right / total""",
}
DOWN_THE_COLUMNS = """\
def softmax(y_linear):
    parts = y_linear.exp()
    return parts / parts.sum(axis=0, keepdims=True)"""
BY_COLUMN = "normalised down the columns (axis 0) instead of along each row"  # what is said of it


def cells(**replaced: str) -> list[str]:
    """Return the cells of a right notebook, with some functions written otherwise; "" leaves one out."""
    return [SETUP, *(source for source in (RIGHT | replaced).values() if source)]


def notebook(sources: list[str]) -> str:
    """Return a notebook of these code cells."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s, id=f"c{i}") for i, s in enumerate(sources)])
    return str(nbformat.writes(made))


def filled(path: Path = STUB, **replaced: str) -> str:
    """Return the stub notebook with its blanks filled in, rightly but for what is replaced."""
    tree = nbformat.read(path, as_version=4)
    for cell in tree.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "").removesuffix("-solution")
        if cell.cell_type == "code" and name in RIGHT and cell.metadata["nbgrader"]["solution"]:
            cell.source = (RIGHT | replaced)[name]
    return str(nbformat.writes(tree))


def workplace(folder: Path, text: str | None = None, *, data: bool = False) -> Path:
    """Make a student's folder with the public cases and a notebook (default: the stub); return the notebook."""
    place = folder / "softmax_regression"
    place.mkdir(parents=True)
    shutil.copy(CASES, place)
    path = place / STUB.name
    path.write_text(STUB.read_text("utf-8") if text is None else text, encoding="utf-8")
    if data:
        (folder / "data").mkdir()
        (folder / "data/mnist").symlink_to(ROOT / "data/mnist")
    return path


def namespace(sources: list[str] | None = None) -> dict[str, Any]:
    """Run cells as a kernel would, and return the names that they define."""
    names: dict[str, Any] = {}
    for number, source in enumerate(sources or cells(), 1):
        exec(compile(source, f"<cell {number}>", "exec"), names)
    return names


class Kernel:
    """A running kernel, to run cells in."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def run(self, source: str) -> list[Mapping[str, Any]]:
        """Run a cell; return its outputs, as notebooks hold them."""
        outputs: list[Mapping[str, Any]] = []

        def keep(message: Mapping[str, Any]) -> None:
            if message["header"]["msg_type"] in ("stream", "display_data", "execute_result", "error"):
                outputs.append({"type": message["header"]["msg_type"], **message["content"]})

        self._client.execute_interactive(source, timeout=60, output_hook=keep)
        return outputs

    def shown(self, source: str) -> Mapping[str, str]:
        """Run a cell that ends in one display; return it by media type."""
        outputs = self.run(source)
        assert [o["type"] for o in outputs] == ["execute_result"], outputs
        data: Mapping[str, str] = outputs[0]["data"]
        return data

    def value(self, source: str) -> Any:
        """Run a cell that prints JSON, and return that."""
        (output,) = self.run(source)
        return json.loads(output["text"])


@contextmanager
def kernel(folder: Path) -> Iterator[Kernel]:
    """Start a kernel in a folder, and stop it."""
    manager: KernelManager
    manager, client = start_new_kernel(cwd=str(folder))
    try:
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
