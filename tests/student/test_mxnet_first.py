"""A fact about a student's notebook that imports MXNet first, and this package never: it trains, whatever the NumPy."""

import json
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

CELLS = (
    "import mxnet as mx\nfrom mxnet import autograd, nd\nimport numpy as np",
    """\
rng = np.random.default_rng(1)
X = rng.normal(size=(200, 5)).astype("float32")
labels = (X @ rng.normal(size=(5, 3))).argmax(axis=1)
batches = mx.io.NDArrayIter(X, nd.one_hot(nd.array(labels), 3), batch_size=50)
W, b = nd.zeros((5, 3)), nd.zeros(3)
for parameter in (W, b):
    parameter.attach_grad()""",
    """\
losses = []
for epoch in range(20):
    batches.reset()
    for batch in batches:
        with autograd.record():
            yhat = nd.softmax(nd.dot(batch.data[0], W) + b)
            loss = -(batch.label[0] * nd.log(yhat)).sum(axis=1).mean()
        loss.backward()
        for parameter in (W, b):
            parameter[:] = parameter - np.float64(0.5) * parameter.grad
    losses.append(loss.asscalar())
print(losses[0] > 0.7, losses[-1] < 0.4)""",
    """\
net = mx.gluon.nn.HybridSequential()
net.add(mx.gluon.nn.Dense(8, activation="relu"), mx.gluon.nn.Dense(3))
net.initialize(mx.init.Xavier())
net.hybridize()
trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": np.float64(0.5)})
for _ in range(100):
    with autograd.record():
        loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()(net(nd.array(X)), nd.array(labels)).mean()
    loss.backward()
    trainer.step(1)
print(loss.asscalar() < 0.4)""",
    "import sys\nprint('autograder' in sys.modules, hasattr(np, 'PZERO'))",
)


@pytest.fixture
def kernel(tmp_path: Path) -> AsyncKernelManager:
    """This interpreter as a Jupyter kernel, as `ipykernel install` makes one: no path of ours is given to it."""
    spec = tmp_path / "kernels/under-test"
    spec.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    text = json.dumps({"argv": argv, "display_name": "under test", "language": "python"})
    (spec / "kernel.json").write_text(text, encoding="utf-8")
    specs = KernelSpecManager(kernel_dirs=[str(tmp_path / "kernels")], ensure_native_kernel=False)
    return AsyncKernelManager(kernel_name="under-test", kernel_spec_manager=specs)


def test_a_notebook_that_imports_mxnet_first_trains(
    kernel: AsyncKernelManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand and with gluon, in a Jupyter kernel; nothing goes to stderr, for which nbgrader would take points."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    (tmp_path / "work").mkdir()
    resources = {"metadata": {"path": str(tmp_path / "work")}}
    NotebookClient(notebook, km=kernel, timeout=120, resources=resources).execute(cleanup_kc=True)
    said = [(out.get("name"), out.get("text")) for cell in notebook.cells for out in cell.outputs]
    dropped = hasattr(np, "PZERO")
    assert said == [("stdout", "True True\n"), ("stdout", "True\n"), ("stdout", f"False {dropped}\n")]
