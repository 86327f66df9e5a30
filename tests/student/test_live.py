"""Facts about calls on live functions: what an exception is told as, and what they leave as it was."""

import functools
import random
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import mxnet as mx
import numpy as np
import pytest
from mxnet import autograd, nd
from students import CASES, SETUP, cells, namespace

from autograder import wire
from autograder.asking import Outcome
from autograder.checks import Case
from autograder.sandbox.server import Answer
from autograder.student import live
from autograder.student.recorded import read

RAISES = SETUP + "\n\n\ndef helper(x):\n    return x.no_such_thing\n\n\n"


def perform(case: Case, names: dict[str, Any]) -> Outcome:
    """Make a case's call on the functions of a namespace."""
    return live.LiveSession(names, ()).ask(case.request, list(case.arrays), 5.0)


def first(exercise: str) -> Case:
    """The first recorded case of an exercise."""
    case = read(CASES).of(exercise)[0].cases[0]
    assert isinstance(case, Case)
    return case


def raised(names: dict[str, Any]) -> wire.Raised:
    """What calling `softmax` of these names gives."""
    outcome = perform(first("softmax"), names)
    assert isinstance(outcome, Answer)
    assert isinstance(outcome.reply, wire.Raised)
    return outcome.reply


FORMS = {
    "function": "def softmax(y):\n    return helper(y)",
    "lambda": "softmax = lambda y: helper(y)",
    "callable object": "class S:\n    def __call__(self, y):\n        return helper(y)\n\n\nsoftmax = S()",
    "partial": "import functools\nsoftmax = functools.partial(lambda k, y: helper(y), 1)",
    "decorated": (
        "import functools\n\n\ndef plain(f):\n    @functools.wraps(f)\n    def inner(*a):\n        return f(*a)\n"
        "    return inner\n\n\n@plain\ndef softmax(y):\n    return helper(y)"
    ),
    "cached method": ("import functools\nsoftmax = functools.lru_cache(lambda y: helper(y))"),
    "bound method": "class S:\n    def go(self, y):\n        return helper(y)\n\n\nsoftmax = S().go",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_line_that_raised_is_named_whatever_kind_of_callable_it_is(form: str) -> None:
    """The last frame told is the helper's line in the notebook; none of MXNet's or of ours is told."""
    reply = raised(namespace([RAISES + FORMS[form]]))
    assert reply.error == "AttributeError"
    assert reply.trace[-1].line == 9
    assert 2 <= len(reply.trace) <= 3


def test_a_module_beside_the_notebook_is_the_students_own(tmp_path: Path) -> None:
    """A frame in a file that the student imports is told, with its code."""
    file = tmp_path / "mine.py"
    file.write_text("def softmax(y):\n    return y.no_such_thing\n")
    module = ModuleType("mine")
    exec(compile(file.read_text(), str(file), "exec"), vars(module))
    reply = raised(namespace([SETUP]) | {"softmax": vars(module)["softmax"]})
    assert [(f.line, f.code) for f in reply.trace] == [(2, "return y.no_such_thing")]


def test_what_mxnet_raises_points_at_the_students_line() -> None:
    """An error that comes from inside MXNet is told with the notebook's line alone."""
    reply = raised(namespace([SETUP + "\n\n\ndef softmax(y):\n    return nd.dot(y, nd.ones((3, 3)))"]))
    assert reply.error == "MXNetError"
    assert [frame.line for frame in reply.trace] in ([9], [])  # MXNet may notice only when the value is read


def test_exceptions_whose_text_raises_are_told_all_the_same() -> None:
    """A `__str__` that raises costs its text, not the check."""
    source = "class Odd(Exception):\n    def __str__(self):\n        raise KeyError\n\n\ndef softmax(y):\n    raise Odd"
    reply = raised(namespace([source]))
    assert (reply.error, reply.text) == ("Odd", "(no message: its __str__ raised KeyError)")


def test_leaving_the_interpreter_is_an_exception_like_others() -> None:
    """`sys.exit()` in a student's function ends neither kernel nor check."""
    assert raised(namespace(["def softmax(y):\n    raise SystemExit(3)"])).error == "SystemExit"


def test_an_interrupt_passes() -> None:
    """Interrupting the kernel ends the check, as it ends any cell."""
    with pytest.raises(KeyboardInterrupt), live.undisturbed():
        perform(first("softmax"), namespace(["def softmax(y):\n    raise KeyboardInterrupt"]))
    assert not autograd.is_recording()


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        ("None", "none"),
        ("'text'", "other"),
        ("[y, y]", "other"),
        ("(y,)", "other"),
        ("type", "other"),
        ("3", "scalar"),
        ("True", "scalar"),
        ("y.asnumpy()", "numpy"),
        ("np.array(['a'])", "other"),
        ("np.zeros(3, 'complex64')", "other"),
    ],
)
def test_whatever_a_function_returns_is_described(result: str, kind: str) -> None:
    """No return value raises; each has its kind."""
    names = namespace([SETUP + f"\n\n\ndef softmax(y):\n    return {result}"])
    outcome = perform(first("softmax"), names)
    assert isinstance(outcome, Answer)
    assert isinstance(outcome.reply, wire.Returned)
    assert outcome.reply.values[0].kind == kind


def test_only_the_students_own_not_implemented_error_means_blank() -> None:
    """A stub is blank; a sparse result, whose size MXNet does not implement, is an error."""
    blank = namespace([SETUP + "\n\n\ndef softmax(y):\n    raise NotImplementedError"])
    sparse = namespace([SETUP + "\n\n\ndef softmax(y):\n    return y.tostype('csr').size"])
    assert (raised(blank).cause, raised(sparse).cause) == ("blank", "error")


def _restores(read: Callable[[], Any], spoil: Callable[[], object]) -> bool:
    before = read()
    with live.undisturbed():
        spoil()
    return bool(read() == before)


def test_autograd_is_left_as_it_was() -> None:
    """Recording and train mode survive a check, on or off, whatever the student's code switches."""
    assert _restores(autograd.is_recording, lambda: autograd.set_recording(True))
    with autograd.record():
        assert _restores(autograd.is_recording, lambda: autograd.set_recording(False))
        assert _restores(autograd.is_training, lambda: autograd.set_training(False))
    assert not autograd.is_recording()


def test_a_function_that_switches_recording_on_does_not_spoil_the_next_call() -> None:
    """What one call switches on is off for the next."""
    source = SETUP + "\n\n\ndef softmax(y):\n    autograd.set_recording(True)\n    return y"
    with live.undisturbed():
        perform(first("softmax"), namespace([source]))
        assert not autograd.is_recording()


def test_random_generators_and_warnings_are_left_as_they_were() -> None:
    """NumPy's and Python's generators go on as if there had been no check; so do warning filters."""
    assert _restores(np.random.get_state()[1].tolist, lambda: np.random.rand(5))
    assert _restores(random.getstate, random.random)
    assert _restores(lambda: list(warnings.filters), lambda: warnings.simplefilter("error"))


def test_recorded_arrays_are_not_shared_with_the_student() -> None:
    """A function that writes into its input does not change the recorded case."""
    case = first("softmax")
    before = case.arrays[0].copy()
    perform(case, namespace([SETUP + "\n\n\ndef softmax(y):\n    y[:] = 0\n    return y"]))
    assert np.array_equal(case.arrays[0], before)


def test_the_notebooks_device_is_used() -> None:
    """Inputs lie on the notebook's `ctx`; a name `ctx` that is no context counts as none."""
    names = namespace(cells(softmax="seen = []\n\n\ndef softmax(y):\n    seen.append(str(y.context))\n    return y"))
    perform(first("softmax"), names | {"ctx": mx.cpu(1)})
    perform(first("softmax"), names | {"ctx": "a string"})
    assert names["seen"] == ["cpu(1)", "cpu(0)"]


def test_argument_names_come_from_the_function_where_it_has_any() -> None:
    """A function, a lambda and a partial say what they call their arguments; a builtin without signature does not."""
    assert live.argument_names(lambda scores: scores) == ("scores",)
    assert live.argument_names(functools.partial(lambda a, b: a, 1)) == ("b",)
    assert live.argument_names(dict) == ()


def test_nothing_stays_recorded_on_the_students_arrays() -> None:
    """A check of SGD leaves the student's own parameters and gradients alone."""
    names = namespace()
    weights = nd.ones((2, 2))
    weights.attach_grad()
    perform(first("SGD"), names | {"params": [weights]})
    assert weights.asnumpy().tolist() == [[1, 1], [1, 1]]
    assert weights.grad.asnumpy().tolist() == [[0, 0], [0, 0]]
