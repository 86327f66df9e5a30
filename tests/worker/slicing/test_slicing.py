"""Which statements of a notebook are run to import the exercises, and what is said about those that are not."""

import linecache
import random
import signal
import sys
import time
import traceback
import types
from typing import Any

import mxnet  # noqa: F401 - star imports are looked up in what is loaded, as in a worker
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.worker.running import Outcome, Problem, main_module, run
from autograder.worker.slicing.plan import Mode, Plan, SyntaxProblem, plan

EXERCISES = ("softmax", "cross_entropy", "SGD", "evaluate_accuracy")

LESSON = """\
from __future__ import print_function
import fakenet as mx
from fakenet import nd, autograd
import math as np
---
ctx = mx.cpu()
---
mnist = mx.test_utils.get_mnist()
---
image = mnist["train_data"][0]
print(image.shape)
---
import matplotlib_that_is_not_there as plt
plt.imshow(image)
---
batch_size = 64
train_data = mx.io.NDArrayIter(mnist["train_data"], batch_size)
---
W = nd.random_normal(shape=(784, 10))
b = nd.random_normal(shape=10)
params = [W, b]
---
for param in params:
    param.attach_grad()
---
def softmax(y_linear):
    exp = nd.exp(y_linear)
    return exp / nd.sum(exp)
---
sample_yhat = softmax(nd.random_normal(shape=(2, 10)))
print(sample_yhat)
---
def net(X):
    return softmax(nd.dot(X, W) + b)
---
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat))
---
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad
---
def evaluate_accuracy(data_iterator, net):
    for i, batch in enumerate(data_iterator):
        data = batch.data[0].as_in_context(ctx)
    return nd.argmax(data)
---
evaluate_accuracy(train_data, net)
---
moving_loss = 0.
for e in range(10):
    for i, batch in enumerate(train_data):
        with autograd.record():
            loss = cross_entropy(net(batch), batch)
        loss.backward()
        SGD(params, .001)
"""


def cells_of(text: str) -> list[tuple[int, str]]:
    """Cells separated by lines of dashes, counted from 1."""
    return list(enumerate(text.removesuffix("\n").split("\n---\n"), start=1))


def made(text: str, *names: str) -> Plan:
    """The plan for a notebook; the exercise is `softmax` unless told otherwise."""
    return plan(cells_of(text), names or ("softmax",))


def ran(text: str, *names: str, mode: Mode = "slice", ctx: object = "cpu", seconds: float = 5) -> dict[str, Any]:
    """The namespace after running without any failure."""
    namespace, outcome = attempted(text, *names, mode=mode, ctx=ctx, seconds=seconds)
    assert outcome == Outcome((), {})
    return namespace


def attempted(
    text: str, *names: str, mode: Mode = "slice", ctx: object = "cpu", seconds: float = 5
) -> tuple[dict[str, Any], Outcome]:
    """The namespace, and what failed."""
    namespace = vars(main_module())
    return namespace, run(made(text, *names), mode, namespace, ctx=ctx, seconds=seconds)


def lines(made_plan: Plan, mode: Mode = "slice") -> list[tuple[int, int]]:
    """Cell and line of each chosen statement."""
    return [(made_plan.statements[at].cell, made_plan.statements[at].line) for at in made_plan.chosen(mode)]


@pytest.fixture(autouse=True)
def _own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def fakenet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Just enough of a library that the lesson's definitions import."""
    module = types.ModuleType("fakenet")
    vars(module).update(nd=types.SimpleNamespace(exp=lambda x: x, sum=lambda x: 2 * x), autograd=None)
    monkeypatch.setitem(sys.modules, "fakenet", module)


# The lesson.


@pytest.mark.usefixtures("fakenet")
def test_the_lesson_needs_one_import_and_four_definitions() -> None:
    """Of the lesson only `nd` and the four functions run: no data, no plots, no demos, no training."""
    assert lines(made(LESSON, *EXERCISES)) == [(1, 3), (9, 1), (12, 1), (13, 1), (14, 1)]
    namespace = ran(LESSON, *EXERCISES)
    assert namespace["softmax"](3.0) == 0.5
    assert "mnist" not in namespace


def test_the_lesson_has_nothing_to_remark() -> None:
    """A good notebook gives a plan without findings."""
    found = made(LESSON, *EXERCISES)
    assert (found.missing, found.blank, found.shadowed, found.loop_bound) == ((), (), {}, {})
    assert (found.syntax_errors, found.skipped, found.dynamic) == ((), (), False)


def test_a_stub_is_blank_and_an_empty_notebook_misses_all() -> None:
    """Nothing defined is told from a stub left as it was."""
    assert made("x = 1", *EXERCISES).missing == EXERCISES
    assert plan([], EXERCISES).missing == EXERCISES
    assert plan([], []).chosen("slice") == ()


def test_planning_forty_cells_takes_milliseconds() -> None:
    """Planning two and a half lessons costs well under 30 ms of processor time."""
    cells = [(i, source) for i, (_, source) in enumerate(cells_of(LESSON)[:13] * 3, start=1)]
    plan(cells, EXERCISES)
    best = 1.0
    for _ in range(5):
        started = time.process_time()
        plan(cells, EXERCISES)
        best = min(best, time.process_time() - started)
    assert best < 0.03


# What a definition may look like, and what it brings along.


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("softmax = lambda x: x + 1", [(1, 1)]),
        ("def helper(x): return x\n---\ndef softmax(x): return helper(x) + K\n---\nK = 1", [(1, 1), (2, 1), (3, 1)]),
        ("def softmax(x): return helper(x)\n---\ndef helper(x): return x + 1", [(1, 1), (2, 1)]),
        ("import functools as f\ndef add(a, b): return a + b\nsoftmax = f.partial(add, 1)", [(1, 1), (1, 2), (1, 3)]),
        ("class S:\n    def __call__(self, x): return x + 1\n---\nsoftmax = S()", [(1, 1), (2, 1)]),
        ("def make(k):\n    def inner(x): return x + k\n    return inner\n---\nsoftmax = make(1)", [(1, 1), (2, 1)]),
        ("def twice(f): return lambda x: f(f(x))\n---\n@twice\ndef softmax(x): return x + .5", [(1, 1), (2, 2)]),
        ("K = 1\n---\ndef softmax(x, k=K): return x + k", [(1, 1), (2, 1)]),
        ("class A:\n    k = 1\n---\nclass B(A): pass\n---\ndef softmax(x): return x + B.k", [(1, 1), (2, 1), (3, 1)]),
        ("ks = [1]\nT = {k: [k + j for j in range(1)] for k in ks}\ndef softmax(x): return x + T[1][0]",
         [(1, 1), (1, 2), (1, 3)]),
        ("from dataclasses import dataclass\n---\n@dataclass\nclass P:\n    k: int = 1\n---\n"
         "p = P()\ndef softmax(x): return x + p.k", [(1, 1), (2, 2), (3, 1), (3, 2)]),
        ("from typing import Optional\nArray = float\ndef softmax(x: Optional[Array]) -> Array: return x + 1",
         [(1, 1), (1, 2), (1, 3)]),
        ("from __future__ import annotations\n---\ndef softmax(x: Unknown) -> Missing: return x + 1", [(2, 1)]),
        ("name = 'one'\nones = {f'{name}': 1}\ndef softmax(x): return x + ones[f'{name}']",
         [(1, 1), (1, 2), (1, 3)]),
        ("print(k := 1)\n---\ndef softmax(x): return x + k", [(1, 1), (2, 1)]),
        ("many = [k := 1 for _ in range(2)]\n---\ndef softmax(x): return x + k", [(1, 1), (2, 1)]),
        ("k, (m, *n) = 1, (2, 3)\n---\ndef softmax(x): return x + k", [(1, 1), (2, 1)]),
        ("a = b = 1\n---\ndef softmax(x): return x + b", [(1, 1), (2, 1)]),
        ("π = 1\n---\ndef softmax(x): return x + π", [(1, 1), (2, 1)]),
        ("def ready(): return f()\n---\ndef f(): return 1\n---\nK = ready()\n---\ndef f(): return 2\n---\n"
         "def softmax(x): return x + K", [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]),
        ("x = 0\nprint(x)\n---\ndef softmax(x):\n    def inner():\n        return x + 1\n    return inner()", [(2, 1)]),
        ("class S:\n    @staticmethod\n    def apply(x): return x + one()\n---\ndef one(): return 1\n---\n"
         "softmax = S.apply", [(1, 1), (2, 1), (3, 1)]),
    ],
)  # fmt: skip
def test_a_slice_holds_what_the_definition_needs(text: str, chosen: list[tuple[int, int]]) -> None:
    """Helpers, constants, decorators, defaults, base classes, annotations and closures come along, no more."""
    assert lines(made(text)) == chosen
    assert ran(text)["softmax"](1) == 2


def test_the_last_binding_counts() -> None:
    """As in Jupyter, a later definition replaces an earlier one, which is not run."""
    text = "def softmax(x): return 1\n---\ndef softmax(x): return 2"
    assert lines(made(text)) == [(2, 1)]
    assert ran(text)["softmax"](0) == 2


def test_a_name_rebound_means_its_last_value_before_each_use() -> None:
    """A name used at once means the binding before; used in a function, the last of all."""
    text = "k = 1\na = k\n---\nk = 2\n---\ndef softmax(): return a, k\n---\nk = 3"
    assert lines(made(text)) == [(1, 1), (1, 2), (3, 1), (4, 1)]
    assert ran(text)["softmax"]() == (1, 3)


def test_augmented_assignment_needs_the_value_before() -> None:
    """`k += 1` is a binding that needs the binding before it."""
    assert ran("k = 1\n---\nk += 1\n---\ndef softmax(): return k")["softmax"]() == 2


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("t = {}\nt['a'] = 1\nt['b'] = 2\nprint(t)\ndef softmax(): return t", {"a": 1, "b": 2}),
        ("t = []\nt.append(1)\nt[0:0] = [0]\ndel t[0]\ndef softmax(): return t", [1]),
        ("t = {}\nt.setdefault('a', []).append(1)\ndef softmax(): return t", {"a": [1]}),
        ("t = {}\nfor i in range(3):\n    t[i] = i * i\ndef softmax(): return t", {0: 0, 1: 1, 2: 4}),
        ("t = []\nfor i in range(2):\n    t.append(i)\ndef softmax(): return t", [0, 1]),
        ("class T: pass\na, b = T(), T()\nfor each in (a, b):\n    each.k = 1\ndef softmax(): return a.k + b.k", 2),
        ("t = [1]\n---\ndef softmax(): return t\n---\nt[0] = 2", [2]),
        ("t = [1]\nt.append(2)\n---\nt = [3]\n---\ndef softmax(): return t", [3]),
        ("def softmax(): return softmax.k\n---\nsoftmax.k = 4", 4),
        ("calls = 0\ndef softmax():\n    global calls\n    calls += 1\n    return calls", 1),
        ("def init():\n    global k\n    k = 1\n---\ninit()\n---\ndef softmax(): return k", 1),
    ],
)
def test_what_changes_a_needed_name_in_place_is_run(text: str, result: object) -> None:
    """Item and attribute assignment, method calls as statements, and short loops count as part of the value."""
    assert ran(text)["softmax"]() == result


def test_a_module_is_not_changed_by_calling_its_functions() -> None:
    """`np.seed(0)` or `plt.show()` is not run because np or plt is needed; assigning into a module is."""
    text = "import random, math\nrandom.seed(3)\nmath.k = 1\ndef softmax(): return random, math.k"
    state = random.getstate()
    assert lines(made(text)) == [(1, 1), (1, 3), (1, 4)]
    assert ran(text)["softmax"]()[1] == 1
    assert random.getstate() == state
    del vars(__import__("math"))["k"]


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import mxnet_not_there as m\nexcept ImportError:\n    m = None\n---\ndef softmax(): return m or 1",
        "fast = False\nif fast:\n    def softmax(): return 0\nelse:\n    def softmax(): return 1",
        "def softmax(): return 1\n---\nif 0:\n    def softmax(): return 2",
        "k = 1\nif 0:\n    k = 2\n---\ndef softmax(): return k",
        "for k in (0, 1):\n    def softmax(): return k",
        "import contextlib\nwith contextlib.suppress(ValueError):\n    k = 1\n    int('x')\ndef softmax(): return k",
        "match 3:\n    case 3:\n        k = 1\ndef softmax(): return k",
        "if __name__ == '__main__':\n    k = 1\ndef softmax(): return k",
    ],
)
def test_compound_statements_are_run_whole_and_may_leave_earlier_bindings(text: str) -> None:
    """What `if`, `try`, `for`, `with` and `match` may bind comes with what was bound before."""
    assert ran(text)["softmax"]() == 1


def test_star_imports_are_always_run() -> None:
    """A name that nothing binds may come from a star import."""
    text = "from math import *\n---\ndef softmax(x): return floor(x)"
    assert lines(made(text)) == [(1, 1), (2, 1)]
    assert ran(text)["softmax"](1.5) == 1


def test_del_uncovers_a_builtin_and_is_otherwise_not_obeyed() -> None:
    """After `sum = 3; del sum` a function finds the builtin; other deleted names are kept."""
    text = "sum = 3\n---\ndel sum\n---\nk = 1\ndef softmax(): return sum([k])\ndel k"
    assert lines(made(text)) == [(3, 1), (3, 2)]
    assert ran(text)["softmax"]() == 1
    with_use = "sum = 3\nk = sum\ndel sum\ndef softmax(): return sum([k])"
    assert lines(made(with_use)) == [(1, 1), (1, 2), (1, 3), (1, 4)]
    assert ran(with_use)["softmax"]() == 3


# Magics, line numbers, syntax errors.


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("%matplotlib inline\n!pip install x\ndef softmax(): return 1", [(1, 3)]),
        ("%%time\ndef softmax(): return 1", [(1, 2)]),
        ("# fast?\n%%capture out\n%%time\n\ndef softmax(): return 1", [(1, 5)]),
        ("\n\n%ls \\\n  -l\nk = 1\nfiles = !ls\nhere = %pwd\nsoftmax?\ndef softmax(): return k", [(1, 5), (1, 9)]),
        ("%time k = 1\n%timeit print(k)\n%time print(k)\ndef softmax(): return k", [(1, 1), (1, 4)]),
        ("get_ipython().run_line_magic('matplotlib', 'inline')\ndef softmax(): return 1", [(1, 2)]),
        ("if True:\n    %matplotlib inline\n    k = 1\ndef softmax(): return k", [(1, 1), (1, 4)]),
        ("  k = 1\n  def softmax(): return k", [(1, 1), (1, 2)]),
        (">>> def softmax():\n...     return 1", [(1, 1)]),
        ("k = 1\r\ndef softmax():\r\n\treturn k", [(1, 1), (1, 2)]),
        ("text = '''\n%not a magic\n'''\n!ls\ndef softmax(): return len(text) - 13", [(1, 1), (1, 5)]),
        ("%%bash\necho 'def softmax'\n---\ndef softmax(): return 1", [(2, 1)]),
        ("%%html\n<b>\n---\n%%writefile a.py\nx = (\n---\ndef softmax(): return 1", [(3, 1)]),
        ("%matplotlib inline\n%load_ext x\n---\n\n---\n# only a comment\n---\ndef softmax(): return 1", [(4, 1)]),
    ],
)
def test_magics_are_dropped_and_lines_keep_their_numbers(text: str, chosen: list[tuple[int, int]]) -> None:
    """Magics, shell lines and prompts go; statements stay on the lines where the student sees them."""
    assert lines(made(text)) == chosen
    assert ran(text)["softmax"]() == 1


def test_cells_in_other_languages_are_listed() -> None:
    """A cell whose magic is not Python is skipped and reported."""
    assert made("%%bash\nls\n---\nx = 1\n---\n%%latex\n$x$").skipped == (1, 3)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = 1\ndef softmax(x)\n    return x", SyntaxProblem(1, 2, "SyntaxError: expected ':'", ("softmax",))),
        ("x = (", SyntaxProblem(1, 1, "SyntaxError: '(' was never closed", ())),
        ("%pwd\nsoftmax = lambda x: =", SyntaxProblem(1, 2, "SyntaxError: invalid syntax", ("softmax",))),
        ("softmax == 3 3", SyntaxProblem(1, 1, "SyntaxError: invalid syntax", ())),
        ("x = '\0'\n", SyntaxProblem(1, 1, "SyntaxError: source code string cannot contain null bytes", ())),
    ],
)
def test_a_cell_that_does_not_parse_is_reported_and_the_rest_is_used(text: str, problem: SyntaxProblem) -> None:
    """The report has the cell, the line, the message, and the exercises that seem to be defined there."""
    found = made(text + "\n---\ndef cross_entropy(): return 1", "softmax", "cross_entropy")
    assert found.syntax_errors == (problem,)
    assert found.missing == ("softmax",)


def test_a_statement_that_does_not_compile_does_not_take_its_cell_along() -> None:
    """A stray `return`, or `await` outside a function, loses itself only."""
    text = "def softmax(): return 1\nreturn 3\nawait thing()\nasync def later(): await thing()\nk = await x"
    found = made(text)
    assert [(each.line, each.message) for each in found.syntax_errors] == [
        (2, "SyntaxError: 'return' outside function"),
        (3, "SyntaxError: 'await' outside function"),
        (5, "SyntaxError: 'await' outside function"),
    ]
    assert ran(text)["softmax"]() == 1


def test_tracebacks_show_the_students_line() -> None:
    """A cell is a file named `<cell 7>` to tracebacks, with the student's text, magics included."""
    softmax = ran("x = 1\n---\n%matplotlib inline\ndef softmax():\n    return 1 / 0  # mine")["softmax"]
    with pytest.raises(ZeroDivisionError) as caught:
        softmax()
    frame = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (frame.filename, frame.lineno, frame.line) == ("<cell 2>", 3, "return 1 / 0  # mine")
    linecache.checkcache()
    assert linecache.getline("<cell 2>", 1) == "%matplotlib inline\n"


# Loops that look long.


@pytest.mark.parametrize(
    "loop",
    [
        "while k < 2: k = 2",
        "for _ in range(9):\n    with autograd.record():\n        k = 2",
        "for _ in range(9):\n    k = 2\n    loss.backward()",
        "for _ in range(9):\n    k = softmax()",
        "for _ in range(9):\n    k = net()",
        "for _ in range(9):\n    k = fit()",
        "for data in train_data:\n    k = 2",
        "for i, (data, label) in enumerate(train_data):\n    k = 2",
        "if __name__ == '__main__':\n    while True:\n        k = 2",
    ],
)
def test_a_long_loop_is_left_out_until_it_is_asked_for(loop: str) -> None:
    """Loops that train, call an exercise (even through a helper) or walk over batches are not in the first plan."""
    text = f"k = 1\ndef net(): return softmax()\ndef fit(): loss.backward()\n---\n{loop}\n---\ndef softmax(): return k"
    found = made(text)
    assert lines(found) == [(1, 1), (3, 1)]
    assert (2, 1) in lines(found, "loops")
    assert found.loop_bound == {}


def test_a_name_that_only_a_long_loop_binds_is_reported() -> None:
    """A NameError can then be explained; the mode "loops" runs the loop."""
    text = "n = 0\n---\nwhile n < 3:\n    n += 1\n    k = n\n---\ndef softmax(): return k"
    assert made(text).loop_bound == {"k": 2}
    assert lines(made(text)) == [(3, 1)]
    assert ran(text, mode="loops")["softmax"]() == 3


def test_method_calls_that_train_are_left_out() -> None:
    """`model.fit(data)` is not run because `model` is needed, if its class trains."""
    text = (
        "class Model:\n    k = 1\n    def fit(self): loss.backward()\n    def softmax(self): return self.k\n---\n"
        "model = Model()\nmodel.fit()\nmodel.k = 2\n---\nsoftmax = model.softmax"
    )
    assert lines(made(text)) == [(1, 1), (2, 1), (2, 3), (3, 1)]
    assert ran(text)["softmax"]() == 2


# Findings about the definitions.


@pytest.mark.parametrize(
    "body",
    ["pass", "...", "'''doc'''", "return", "return None", "raise NotImplementedError",
     "'''doc'''\n    # YOUR CODE HERE\n    raise NotImplementedError('softmax')",
     "return NotImplemented", "pass\n    return ..."],
)  # fmt: skip
def test_stubs_are_blank(body: str) -> None:
    """Nothing but docstring, comments, pass, `...`, a bare or None return, or NotImplementedError is no attempt."""
    assert made(f"def softmax(x):\n    {body}").blank == ("softmax",)


@pytest.mark.parametrize(
    "text",
    ["def softmax(x): return x", "def softmax(x): return 0", "def softmax(x):\n    y = None\n    return y",
     "softmax = lambda x: x", "from math import exp as softmax", "def softmax(x): raise ValueError",
     "softmax = make()", "def softmax(x): pass\n---\ndef softmax(x): return x"],
)  # fmt: skip
def test_attempts_are_not_blank(text: str) -> None:
    """Anything else is an attempt, right or wrong."""
    assert made(text).blank == ()


@pytest.mark.parametrize("text", ["softmax = None", "softmax = ...", "softmax = lambda x: None", "class softmax: pass",
                                  "def softmax(x): return x\n---\ndef softmax(x): pass"])  # fmt: skip
def test_blank_values_are_blank(text: str) -> None:
    """Placeholders other than functions count, and the last binding decides."""
    assert made(text).blank == ("softmax",)


@pytest.mark.parametrize(
    "later",
    ["softmax = softmax(x)", "softmax = nd.array([1])", "softmax = mx.nd.ones(3)", "softmax = 3", "softmax = a / b",
     "softmax = [1]", "for softmax in []: pass", "softmax += 1", "softmax: float = 2.5"],
)  # fmt: skip
def test_a_result_that_overwrites_the_definition_is_reported(later: str) -> None:
    """It counts all the same, as in Jupyter, but can be explained."""
    text = f"import mxnet as mx\nfrom mxnet import nd\ndef softmax(x): return x\n---\nx = 1\n---\n{later}"
    assert made(text).shadowed == {"softmax": 3}
    assert (3, 1) in lines(made(text))


@pytest.mark.parametrize(
    "later",
    ["def softmax(x): return 2", "softmax = lambda x: 2", "softmax = logged(softmax)", "softmax = other",
     "import functools\nsoftmax = functools.partial(softmax)", "softmax = S.apply", "from math import exp as softmax"],
)  # fmt: skip
def test_another_definition_shadows_nothing(later: str) -> None:
    """Wrapping, aliasing and defining anew are definitions."""
    assert made(f"def softmax(x): return x\n---\n{later}").shadowed == {}


@pytest.mark.parametrize(
    ("text", "dynamic"),
    [("exec('def softmax(): return 1')", True), ("globals()['softmax'] = 1", True), ("%run helpers.ipynb", True),
     ("import importlib\nm = importlib.import_module('x')", True), ("setattr(m, 'softmax', 1)", True),
     ("execute()\nx = 3 % 2", False)],
)  # fmt: skip
def test_dynamic_bindings_are_suspected(text: str, dynamic: bool) -> None:
    """Static reading says so where it may have missed a binding."""
    assert made(text).dynamic is dynamic


def test_a_dynamic_binding_is_found_by_running_everything() -> None:
    """The mode "whole" finds what the slice cannot see."""
    text = "exec('def softmax(): return 1')"
    assert made(text).missing == ("softmax",)
    assert "softmax" not in ran(text)
    assert ran(text, mode="whole")["softmax"]() == 1


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("from mxnet import nd as F\ndef softmax(x): return F.softmax(x)", {"mxnet.nd.softmax"}),
        ("import mxnet as mx\ndef softmax(x): return mx.nd.softmax(x)", {"mxnet.nd.softmax"}),
        ("import mxnet.ndarray as F\ndef softmax(x): return F.softmax(x)", {"mxnet.nd.softmax"}),
        ("from mxnet.nd import softmax as sm\ndef softmax(x): return sm(x)", {"mxnet.nd.softmax"}),
        ("from mxnet import nd\ndef helper(x): return nd.softmax(x)\n---\ndef softmax(x): return helper(x)",
         {"mxnet.nd.softmax"}),
        ("from mxnet import nd\nF = nd\nsm = F.softmax\nsoftmax = lambda x: sm(x)", {"mxnet.nd", "mxnet.nd.softmax"}),
        ("def softmax(x):\n    import mxnet as m\n    return m.nd.softmax(x)", {"mxnet.nd.softmax"}),
        ("from mxnet.nd import *\ndef softmax(x): return log_softmax(x)", {"mxnet.nd.log_softmax"}),
        ("import mxnet as mx\ndef softmax(x): return getattr(mx.nd, 'softmax')(x)", {"mxnet.nd.softmax"}),
        ("def softmax(x): return x.log_softmax().pick(3)", {".log_softmax", ".pick"}),
        ("from mxnet import nd\ndef softmax(x): return nd.array(x).softmax()", {"mxnet.nd.array", ".softmax"}),
        ("from mxnet import nd\nsoftmax = nd.softmax", {"mxnet.nd.softmax"}),
        ("import mxnet as mx\nF: int = mx.nd\ndef softmax(x): return F.softmax(x)", {"mxnet.nd", "mxnet.nd.softmax"}),
        ("import mxnet as mx, numpy\nF, G = mx.nd, numpy\ndef softmax(x): return F.softmax(G.abs(x))",
         {"mxnet.nd", "numpy", "mxnet.nd.softmax", "numpy.abs"}),
        ("from mxnet import nd\ndef softmax(x, F=nd): return F.softmax(x)", {"mxnet.nd", "mxnet.nd.softmax"}),
        ("from mxnet import nd\ndef softmax(x, F=None):\n    F = nd\n    return F.softmax(x)",
         {"mxnet.nd", "mxnet.nd.softmax"}),
        ("from mxnet import nd\ndef softmax(x, *, F=nd): return F.softmax(x)", {"mxnet.nd", "mxnet.nd.softmax"}),
        ("from mxnet import nd\nsoftmax = lambda x: (G := nd) and G.softmax(x)", {"mxnet.nd", "mxnet.nd.softmax"}),
        ("from mxnet import nd\ndef softmax(x):\n    F = nd\n    def inner(): return F.softmax(x)\n    return inner()",
         {"mxnet.nd", "mxnet.nd.softmax"}),
        ("import importlib\ndef softmax(x): return importlib.import_module('mxnet.ndarray').softmax(x)",
         {"mxnet.nd.softmax"}),
        ("def softmax(x): return __import__('mxnet.ndarray').nd.softmax(x)", {"mxnet.nd.softmax"}),
        ("from mxnet import nd\ndef softmax(x): return vars(nd)['softmax'](x)", {"mxnet.nd.softmax"}),
        ("from mxnet import nd\ndef softmax(x): return nd.__dict__['softmax'](x)", {"mxnet.nd.softmax"}),
        ("from mxnet import nd\ndef softmax(x): return nd.op.softmax(x)", {"mxnet.nd.softmax"}),
        ("from mxnet import npx\ndef softmax(x): return npx.softmax(x)", {"mxnet.npx.softmax"}),
        ("from mxnet import nd\nops = {'s': nd.softmax}\ndef softmax(x): return ops['s'](x)", {"mxnet.nd.softmax"}),
        # Not a library's:
        ("from mxnet import nd\ndef softmax(nd): return nd.softmax()", {".softmax"}),
        ("from mxnet import nd\ndef softmax(x):\n    nd = x\n    return nd.exp() / sum(e.exp() for e in x)", {".exp"}),
        ("from mxnet import nd\ndef softmax(x): return [nd.exp() for nd in x]", {".exp"}),
        ("class Net:\n    def softmax(self, x): return x.exp()\nsoftmax = Net().softmax\n", {".exp"}),
        ("class Net:\n    def f(self, x): return x\n    def g(self, x): return self.f(x)\nsoftmax = Net().g\n", set()),
        ("from mxnet import nd, metric\ndef metric(a): return a.sum()\ndef softmax(x): return metric(x)", {".sum"}),
        ("from mxnet import metric\nmetric = int\ndef softmax(x): return metric(x)", set()),
        ("from mxnet import metric\ndef softmax(x):\n    for metric in x: pass\n    return metric", set()),
        ("from mxnet import metric\ndef softmax(x):\n    try: pass\n    except OSError as metric: raise", set()),
        ("from mxnet import metric\ndef softmax(x):\n    match x:\n        case [metric, *_]: return metric", set()),
        ("from mxnet import metric\ndef softmax(x):\n    match x:\n        case {**metric}: return metric", set()),
        ("from mxnet import metric\ndef softmax(x): return [y for y in x if (metric := y)] and metric", set()),
        ("from mxnet import metric\ndef set_it():\n    global metric\n    metric = 1\ndef softmax(x):\n"
         "    set_it()\n    return metric", set()),
        ("from mxnet.ndarray import *\nfrom mxnet.metric import *\ndef softmax(x): return log(x)", {"mxnet.nd.log"}),
        ("from mxnet.gluon.loss import *\ndef softmax(x): return display(x)", set()),
        ("class A:\n    softmax: object\ndef softmax(x): return A.softmax(x)", set()),
        ("class A:\n    softmax = staticmethod(abs)\ndef softmax(x): return A.softmax(x)", set()),
        ("class A:\n    def __init__(self): self.softmax = abs\n    def f(self, x): return self.softmax(x)\n"
         "softmax = A().f", set()),
        ("from types import SimpleNamespace as S\na = S(softmax=abs)\ndef softmax(x): return a.softmax(x)",
         {"types.SimpleNamespace"}),
        ("from mxnet import gluon\ndef softmax(x):\n    y: gluon.Block = x\n    return y", set()),
        ("from mxnet import nd\ndef softmax(x):\n    nd.softmax = abs\n    return x", {"mxnet.nd"}),
        ("from mxnet import nd\nF = nd\nF = int\ndef softmax(x): return F.softmax(x)", {".softmax"}),
        ("def softmax(x): return x" + ".b" * 400 + ".import_module('mxnet')", {"mxnet"}),
        ("def softmax(x): return (0x" + "f" * 6000 + ").import_module('m')", {"m"}),
        ("from mxnet import nd\nnd.softmax(3)\ndef softmax(x): return x / sum(x)", set()),
        ("def softmax(x): return x", set()),
    ],
)  # fmt: skip
def test_library_uses_are_named_in_full(text: str, used: set[str]) -> None:
    """Aliases, from-imports and helpers are seen through; demos and unneeded imports do not count."""
    assert made(text).used == {"softmax": used}


# Running.


def test_ctx_is_the_configured_device_throughout() -> None:
    """`ctx` needs no statement, and a statement that binds it does not keep it."""
    text = "ctx, k = 'gpu', 1\nseen = ctx\n---\ndef softmax(): return ctx, k, seen"
    assert ran(text, ctx="cpu(0)")["softmax"]() == ("cpu(0)", 1, "cpu(0)")
    assert lines(made("ctx = mx.gpu()\n---\ndef softmax(): return ctx")) == [(2, 1)]
    assert ran("ctx = 'gpu'\n---\nfrom math import *", mode="whole", ctx="cpu(0)")["ctx"] == "cpu(0)"


def test_a_failure_breaks_only_the_exercises_that_need_it() -> None:
    """The others are imported, and the report names cell, line, exception and message."""
    text = (
        "def helper():\n    return 1 / 0\n---\n%pwd\nk = helper()\n---\ndef softmax(): return k\n---\n"
        "def cross_entropy(): return 1"
    )
    namespace, outcome = attempted(text, "softmax", "cross_entropy")
    problem = Problem(1, 2, "ZeroDivisionError", "division by zero")
    assert outcome == Outcome((problem,), {"softmax": problem})
    assert namespace["cross_entropy"]() == 1


def test_the_first_failure_is_the_cause() -> None:
    """Of a chain of failures the exercise is said to be broken by the first."""
    text = "import not_there\n---\nk = not_there.x\n---\ndef softmax(): return k"
    _, outcome = attempted(text)
    assert [each.kind for each in outcome.problems] == ["ModuleNotFoundError", "NameError"]
    assert outcome.broken == {"softmax": Problem(1, 1, "ModuleNotFoundError", "No module named 'not_there'")}


def test_a_failing_star_import_breaks_only_those_with_unbound_names() -> None:
    """`from d2l import *` may fail; who does not need it does not mind."""
    text = "from not_there import *\n---\ndef softmax(): return 1\n---\ndef SGD(): return surprise"
    _, outcome = attempted(text, "softmax", "SGD")
    assert list(outcome.broken) == ["SGD"]


def test_leaving_is_a_failure_like_any_other() -> None:
    """`sys.exit()`, KeyboardInterrupt and exceptions that cannot be printed do not stop the import."""
    text = (
        "import sys\nsys.exit(3)\n---\nraise KeyboardInterrupt\n---\nclass E(Exception):\n"
        "    def __str__(self): sys.exit()\nraise E\n---\nraise ValueError('x' * 9999)\n---\ndef softmax(): return 1"
    )
    namespace, outcome = attempted(text, mode="whole")
    assert [(each.cell, each.line, each.kind) for each in outcome.problems] == [
        (1, 2, "SystemExit"),
        (2, 1, "KeyboardInterrupt"),
        (3, 3, "E"),
        (4, 1, "ValueError"),
    ]
    assert [len(each.message) for each in outcome.problems[2:]] == [43, 500]
    assert (namespace["softmax"](), outcome.broken) == (1, {})


def test_a_long_loop_does_not_keep_later_definitions_from_being_made() -> None:
    """In the mode "whole" every statement gets half of the time that is left, even one that swallows exceptions."""
    text = (
        "while True: pass\n---\n"
        "while True:\n    try:\n        while True: pass\n    except Exception: pass\n---\n"
        "if True:\n    try:\n        while True: pass\n    except: pass\n    while True: pass\n---\n"
        "def softmax(): return 1"
    )
    before = signal.getsignal(signal.SIGALRM)
    started = time.monotonic()
    namespace, outcome = attempted(text, mode="whole", seconds=0.4)
    assert signal.getsignal(signal.SIGALRM) is before
    assert time.monotonic() - started < 2
    assert [(each.cell, each.kind) for each in outcome.problems] == [
        (1, "Interrupted"),
        (2, "Interrupted"),
        (3, "Interrupted"),
    ]
    assert outcome.problems[0].message == "still running after 0.2 seconds"
    assert namespace["softmax"]() == 1


def test_the_namespace_is_main() -> None:
    """`__name__` is `__main__` and pickle finds classes there, as in a notebook."""
    text = "import pickle\nclass K: pass\ndef softmax(): return type(pickle.loads(pickle.dumps(K()))), __name__, K"
    found, name, expected = ran(text)["softmax"]()
    assert (found, name) == (expected, "__main__")


# Anything may be in a cell.

FRAGMENTS = st.sampled_from(
    ["def softmax(x):", "return", "    ", "\n", "\t", "%%time", "%time x=1", "!ls", "x?", "=", "(", ")", "softmax",
     "for data in x:", "while 1:", "global softmax", "del softmax", "lambda: 0", "from x import *", "'''", '"', "\\",
     "async ", "await ", "yield ", "class A:", "@", "π", ":=", "x[0] = 1", "f'{x!r:>{y}}'", "match x:", "case _:",
     "nonlocal x", "import a.b as c", "\0", "\f", "\r", "#", "from __future__ import annotations", "In [1]: ", ">>> ",
     "get_ipython()", "...", "None", "pass", "raise NotImplementedError", "; ", ", ", "*", "{", "}", "1e999", "0777"]
)  # fmt: skip


@given(st.lists(st.lists(FRAGMENTS, max_size=12).map("".join) | st.text(max_size=30), max_size=4))
@settings(max_examples=400, deadline=None)
def test_planning_never_raises(cells: list[str]) -> None:
    """Every text gives a plan."""
    found = plan(list(enumerate(cells, start=1)), EXERCISES)
    assert set(found.chosen("slice")) <= set(found.chosen("loops")) <= set(found.chosen("whole"))


@pytest.mark.parametrize(
    "source",
    ["x = " + "(" * 3000 + ")" * 3000, "x = " + "-" * 50_000 + "1", "x = " + "+".join(["1"] * 20_000),
     "x" + ".a" * 5000, "x = a" + ".a" * 900 + "\ndef softmax(): return x", "x" + "()" * 3000, "lambda: " * 2000 + "0",
     "%ls\n" * 101, "x = " + "9" * 10_000, "if x:\n pass\n" + "elif x:\n pass\n" * 3000, "\ud800 = 1"],
    ids=range(11),
)  # fmt: skip
def test_texts_that_exhaust_parsers_are_reported(source: str) -> None:
    """Deep or endless texts cost themselves, not the notebook."""
    found = plan([(1, source), (2, "def SGD(): return 1")], ["softmax", "SGD"])
    assert "SGD" not in found.missing
