"""Valid inputs that mutations start from, and tokens worth putting into them."""
# ruff: noqa: E501 - tables

from pathlib import Path

import numpy as np

from autograder import wire

RECORDED = Path(__file__).parents[2] / "assignments" / "softmax_regression" / "public_cases.msgpack"
CELLS = [
    "import mxnet as mx\nfrom mxnet import nd, autograd\nimport numpy as np\nctx = mx.cpu()\n%matplotlib inline\n",
    "def softmax(y_linear):\n    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))\n"
    "    return exp / nd.sum(exp, axis=1, keepdims=True)\n",
    "eps = 1e-6\ndef cross_entropy(yhat, y, *, e=eps, **kw):\n    '''Loss.'''\n    return -nd.sum(y * nd.log(yhat + e), axis=1)\n",
    "class Step:\n    rate: float = 0.1\n    def __call__(self, params, lr):\n        for p in params:\n"
    "            p[:] = p - lr * p.grad\nSGD = Step()\n",
    "def evaluate_accuracy(data_iterator, net):\n    acc = mx.metric.Accuracy()\n    data_iterator.reset()\n"
    "    for i, batch in enumerate(data_iterator):\n        data = batch.data[0].as_in_context(ctx)\n"
    "        acc.update(preds=nd.argmax(net(data), axis=1), labels=batch.label[0])\n    return acc.get()[1]\n",
    "table = {}\nfor i in range(10):\n    table[i] = [j ** 2 for j in range(i) if j % 2]\nwith open('x') as f:\n    t = f.read()\n",
    "try:\n    import numpy as np\nexcept ImportError as e:\n    np = None\nfinally:\n    pass\n"
    "if np is None:\n    softmax = lambda y, ctx=ctx: y\nelse:\n    helper = softmax\n",
    "!pip install mxnet\n%%time\nx = !ls\nx?\n%timeit softmax(nd.ones((2, 2)))\nget_ipython().run_line_magic('run', 'a.py')\n",
    "match x:\n    case [a, *rest] if a > 1:\n        y = rest\n    case {'k': v, **kw}:\n        y = v\n    case _:\n        y = 0\n"
    "async def f():\n    async with a as b:\n        yield await c\nglobals()['SGD'] = 1\n",
    "@decorated(1)\ndef outer(a, /, b=(c := 3)):\n    global eps\n    nonlocal_x = 1\n    def inner():\n        nonlocal nonlocal_x\n"
    "        nonlocal_x += eps\n        del nonlocal_x\n    return f'{a!r:>{b}} {inner()}'\nfrom a.b import *\n",
]
_CELL = {"cell_type": "code", "execution_count": 1, "metadata": {"nbgrader": {"grade": False}}, "outputs": []}
NOTEBOOKS = [
    {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Softmax\n", "text"]},
            {**_CELL, "source": CELLS[0]},
            {**_CELL, "source": CELLS[1].splitlines(keepends=True), "id": "a1"},
            {**_CELL, "source": "", "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}]},
        ],
        "metadata": {"kernelspec": {"name": "python3", "language": "python"}, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    },
    {
        "worksheets": [
            {"cells": [{"cell_type": "code", "language": "python", "input": ["x = 1\n"], "outputs": []}]},
            {"cells": [{"cell_type": "heading", "level": 1, "source": "Title"}]},
        ],
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
    },
]
JSON_TOKENS = (
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b'"',
        b"\\",
        b"\\u",
        b"\\ud800",
        b"\\udc00\\ud800",
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"9" * 5000,
    ),
    *(
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x00",
        b'"cells":',
        b'"source":',
        b'"cell_type":"code",',
        b"\xed\xa0\x80",
        b"<html>",
    ),
    *(b"\n<<<<<<< \n>>>>>>> ", b"PK\x03\x04", b"\x1f\x8b", b"//", b"/*", b"-", b"0x1", b"1_0"),
)
SCRIPTS = {
    ".py": [
        "# %% [markdown]\n# # Title\n\n# %%\nimport mxnet as mx\n\n# %% tags=['a'] id='b'\n" + CELLS[1],
        "# ---\n# jupyter:\n#   jupytext:\n#     text_representation:\n#       format_name: light\n# ---\n\n# text\n\n"
        + CELLS[1]
        + "\n# + {'tags': []}\nx = 1\n# -\n",
        '"""Docstring."""\n' + CELLS[2] + "\nif __name__ == '__main__':\n    print(1)\n",
    ],
    ".md": [
        "# Title\n\n```python\n" + CELLS[1] + "```\n\ntext\n\n```{.python .input  n=3}\n" + CELLS[2] + "```\n",
        "---\njupyter:\n  kernelspec:\n    name: python3\n---\n\n```python tags=['x']\nx = 1\n```\n\n```\nnot code\n```\n",
    ],
}
SCRIPT_TOKENS = (
    *(
        "# %%",
        "# %% [markdown]",
        "# %% {",
        "# %% tags=['",
        "# +",
        "# -",
        "# + [",
        "#+",
        "# ---",
        "---",
        "```",
        "```python",
        "````",
    ),
    *(
        "```{.python",
        "```{.python .input}",
        "'''",
        '"""',
        "%%bash",
        "# %%time",
        "%magic",
        "!ls",
        "# !ls",
        "jupyter:",
        "# jupyter:",
    ),
    *(
        "  x: &a [*a]",
        "<!-- #region -->",
        "<!-- #endregion -->",
        "# region",
        "# endregion",
        "{",
        "}",
        "\\",
        "\0",
        "\u2028",
        "\r",
        "\t",
    ),
    *(
        "x: !!python/object:os.system",
        "# +" + "{" * 500,
        "# %% " + "[" * 500,
        "a: " + "9" * 5000,
        "{'a': 1}",
        "id=",
        "\x0c",
        ":::",
    ),
)
PYTHON_TOKENS = (
    *(
        "def softmax(",
        "class SGD:",
        "lambda",
        "async",
        "await",
        "yield",
        "return",
        "global softmax",
        "nonlocal SGD",
        "del softmax",
    ),
    *(
        "import",
        "from x import *",
        "from __future__ import annotations",
        "@",
        ":=",
        "->",
        "*",
        "**",
        "/",
        "...",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
    ),
    *(
        "'",
        '"',
        "'''",
        "f'{",
        "f'{x!r:{y}}'",
        "b'\\x'",
        "\\",
        "#",
        ";",
        ":",
        "=",
        "==",
        "+=",
        "0x",
        "1_",
        "1e",
        "9" * 5000,
        "0777",
        "1j",
    ),
    *(
        "%%time",
        "%%bash",
        "%%writefile a.py",
        "%run x",
        "!ls",
        "?",
        "x??",
        "get_ipython()",
        "exec(",
        "setattr(",
        "globals()[",
        "\t",
        "\0",
        "\x0c",
    ),
    *(
        "match softmax:",
        "case _:",
        "for i in range(10**9):",
        "while True:",
        "try:",
        "except*:",
        "finally:",
        "with a as b, c as d:",
        "\ufeff",
        "é",
        "𝔰𝔬𝔣𝔱𝔪𝔞𝔵",
    ),
    *(
        "softmax = SGD = evaluate_accuracy",
        "(softmax, *SGD), x[0] = y",
        "softmax: int",
        "print(softmax)",
        "type X = int",
        "if 1:",
        "else:",
        "elif x:",
    ),
)

_ARRAY = np.arange(6, dtype=np.float32).reshape(2, 3)
_FRAME = wire.TraceLine(cell=3, line=2, code="return x")
TO_JUDGE: list[tuple[wire.Message, list[wire.Array]]] = [
    (wire.Hello(mxnet="1.9.1", python="3.11.9", cuda=False, gpus=0, examples=60000), []),
    (wire.Ready(layers=("landlock", "seccomp", "rlimits")), []),
    (wire.Refused(reason="landlock failed"), []),
    (wire.Ended(code=0, signal=9), []),
    (
        wire.Returned(
            values=(wire.Value("ndarray", "NDArray", 0, "cpu(0)"), wire.Value("none", "NoneType")), after=(0,)
        ),
        [_ARRAY],
    ),
    (
        wire.Returned(values=(wire.Value("numpy", "ndarray", 1),)),
        [np.ones(3, bool), np.zeros((0, 4), np.int64), np.float64(1.5)],
    ),
    (wire.Raised(error="ValueError", text="no", cause="error", trace=(_FRAME, _FRAME)), []),
    (wire.Surveyed(uses=(("softmax", "nd.softmax", "mxnet.nd.softmax"),)), []),
    (
        wire.Loaded(
            defined=("softmax",),
            blank=("SGD",),
            missing=("cross_entropy",),
            not_callable=(("SGD", 4, "int"),),
            broken=(
                wire.Broken("softmax", 3, 1, "NameError", "name 'x'"),
                wire.Broken(None, 1, 1, "SyntaxError", "no"),
            ),
            similar=(("softmax", "Softmax"),),
            loop_bound=("t",),
        ),
        [],
    ),
]
TO_WORKER: list[tuple[wire.Message, list[wire.Array]]] = [
    (wire.Survey(cells=(wire.Source(1, "x = 1"),), names=("softmax",), watched=("nd.softmax",)), []),
    (wire.Load(cells=(wire.Source(1, "x = 1"),), names=("softmax",), mode="slice", seconds=1.0, device="cpu(0)"), []),
    (wire.Call(function="softmax"), [_ARRAY]),
    (wire.Gradient(function="softmax", wrt=0), [_ARRAY, _ARRAY]),
    (wire.Update(function="SGD", lr=0.1), [_ARRAY, _ARRAY]),
    (
        wire.Evaluate(function="evaluate_accuracy", batch_size=2, consumed=1, rounds=2),
        [_ARRAY, np.arange(2, dtype=np.int32)],
    ),
    (
        wire.TrainStart(activation="softmax", loss="cross_entropy", optimizer="SGD", lr=0.1),
        [_ARRAY, np.zeros(3, np.float16)],
    ),
    (wire.TrainSteps(), [np.arange(8, dtype=np.int64).reshape(2, 4)]),
    (
        wire.Spawn(
            memory_mb=1024,
            cpu_seconds=5,
            file_mb=1,
            open_files=32,
            readable=("/usr",),
            writable=("/tmp",),
            layers=("landlock",),
        ),
        [],
    ),
    (wire.Kill(), []),
]
WIRE_TOKENS = (
    *(
        b"\xc1",
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xc6\x7f\xff\xff\xff",
        b"\xc0",
        b"\xd9\x02\xff\xfe",
    ),
    *(
        b"\x91" * 1500,
        b"\x81\xa1a" * 800,
        b"\xcf" + b"\xff" * 8,
        b"\xd3\x80" + b"\0" * 7,
        b"\xcb\x7f\xf8" + b"\0" * 6,
        b"\xa4type",
        b"\xc7\xff\x01",
    ),
)

COURSES = [
    """course: Small
device: cpu
seed: 0x70000000000000000000000000000007
data: data/mnist
limits: {call_seconds: 5, memory_mb: 2048}
late:
  deadlines:
    one: 2026-12-01T23:59:00+01:00
  penalty_per_day: 0.1
assignments:
  one:
    title: One
    points: 3
    exercises:
      softmax: {points: 1, forbid: [mxnet.nd.softmax, .softmax]}
      training:
        points: 2
        needs: [softmax]
    training: {batch_size: 200, epochs: 1, lr: 0.1, initial_scale: 0.01, followed_steps: 8, step_tolerance: 0.1,
      path_tolerance: 0.1, loss_band: 0.02, min_test_accuracy: 0.8}
""",
    *[
        'course: S\ndevice: auto\nseed: "0123456789abcdef0123456789abcdef"\ndata: data/mnist\nassignments:\n  a: {title: A, points: 1, exercises: {f: {points: 1}}}\n'
    ]
    * 3,  # more often: it is read sooner
]
YAML_TOKENS = (
    *(
        "&a",
        "*a",
        "&a [*a, *a]",
        "<<: *a",
        "? x",
        "- ",
        ": ",
        "!!int",
        "!!int ''",
        "!!float x",
        "!!timestamp x",
        "!!binary x",
        "!!bool x",
    ),
    *(
        "!!set {a}",
        "!!omap [a: 1]",
        "!!pairs [a: 1]",
        "!!null x",
        "!!str 1",
        "!!map [a]",
        "!!seq {a: 1}",
        "!!python/object:os.system x",
        "!x y",
    ),
    *(
        "2026-13-45",
        "2026-02-30T25:61:61Z",
        "0000-00-00",
        "2026-12-01T23:59:00+99:99",
        "9999-12-31T23:59:59-23:00",
        "0001-01-01T00:00:00+23:59",
    ),
    *(
        "9" * 5000,
        "0x" + "f" * 5000,
        "0b",
        "1:59:59",
        "190:20:30.15",
        ".inf",
        "-.inf",
        ".nan",
        "1e400",
        "1e-400",
        "0o777",
        "-1",
        "0",
        "true",
        "~",
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        "[" * 300,
        "{a: " * 300,
        "- " * 300,
        "'",
        '"',
        "|",
        ">",
        "%YAML 9.9",
        "--- ",
        "...",
        "#",
        "@",
        "`",
        "\t",
        "\0",
    ),
    *(
        '"\\ud800"',
        '"\\x00"',
        '"\\U0010ffff"',
        "\u2028",
        "\ufeff",
        "a.b",
        "a[...]b",
        "`x`",
        "$",
        "..",
        "*",
        "x" * 300,
        "x" * 5000,
    ),
    *(
        "course: x",
        "points: 3",
        "one: 2026-01-01",
        "deadlines: {}",
        "exercises: []",
        "training:",
        "data: " + "x" * 5000,
        "data: '\\0'",
        "data: ''",
    ),
)
YAML_BOMBS = [
    "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "? &a [x, x]\n: 1\n",
    "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\n"
    "c: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c]\n? *d\n: 1\n",
    "course: &a {b: &b [*a]}\n",
    "device: " + "[" * 3000 + "\n",
    "device: " + "- " * 3000 + "\n",
]
