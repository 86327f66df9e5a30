"""What one child holds, and how it puts a submission's exceptions into words; in this process, unconfined."""

import sys
from collections.abc import Iterator

import numpy as np
import pytest

from autograder import wire
from autograder.worker import handler as handling
from autograder.worker import importing
from autograder.worker.child import Handler

DATA = (np.zeros((4, 28, 28), np.uint8), np.arange(4, dtype=np.uint8))
ARRAY = np.array([1.0, 2.0], np.float32)


@pytest.fixture
def handler() -> Iterator[Handler]:
    """A handler of its own, whose `__main__` doesn't outlive the test."""
    main = sys.modules["__main__"]
    yield Handler(DATA)
    sys.modules["__main__"] = main


def load(handler: Handler, code: str, *names: str, **options: object) -> wire.Loaded:
    """Load a submission of one cell."""
    fields: dict[str, object] = {"mode": "slice", "seconds": 5.0, "device": "cpu(0)", **options}
    request = wire.Load(cells=(wire.Source(1, code),), names=names or ("f",), **fields)  # type: ignore[arg-type]
    reply, arrays = handler.answer(request, [])
    assert isinstance(reply, wire.Loaded)
    assert arrays == []
    return reply


def test_a_handler_answers_every_kind_of_request(handler: Handler) -> None:
    """With the submission's functions, by name."""
    load(
        handler,
        "from mxnet import nd\n"
        "def f(x): return 2 * x\n"
        "def step(params, lr):\n    for p in params: p[:] = p - lr * p.grad\n"
        "def loss(p, y): return -(y * nd.log(p)).sum(axis=1)\n"
        "def act(x): return nd.softmax(x)\n"
        "def acc(it, net): return 0.5\n",
        "f",
        "step",
        "loss",
        "act",
        "acc",
    )
    reply, out = handler.answer(wire.Call(function="f"), [ARRAY])
    assert (type(reply), out[0].tolist()) == (wire.Returned, [2.0, 4.0])
    reply, out = handler.answer(wire.Gradient(function="f", wrt=0), [ARRAY, ARRAY])
    assert (type(reply), out[1].tolist()) == (wire.Returned, [2.0, 4.0])
    reply, out = handler.answer(wire.Update(function="step", lr=0.5), [ARRAY, ARRAY])
    assert isinstance(reply, wire.Returned)
    assert out[reply.after[0]].tolist() == [0.5, 1.0]
    images = np.zeros((2, 1, 28, 28), np.float32)
    evaluate = wire.Evaluate(function="acc", batch_size=1)
    reply, out = handler.answer(evaluate, [images, ARRAY, np.zeros((784, 2), "f"), np.zeros(2, "f")])
    assert (type(reply), out[0].tolist()) == (wire.Returned, 0.5)
    start = [np.zeros((784, 4), np.float32), np.zeros(4, np.float32)]
    begin = wire.TrainStart(activation="act", loss="loss", optimizer="step", lr=0.1)
    reply, out = handler.answer(begin, start)
    assert [a.tolist() for a in out] == [a.tolist() for a in start]
    reply, out = handler.answer(wire.TrainSteps(), [np.array([[0, 1]], np.int32)])
    assert np.allclose(out[1], [0.05, 0.05, -0.05, -0.05])


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (wire.Call(function="g"), "KeyError"),
        (wire.TrainSteps(), "WireError"),
        (wire.TrainStart(activation="f", loss="f", optimizer="nothing", lr=1.0), "KeyError"),
    ],
)
def test_what_cannot_be_called_is_raised(handler: Handler, request_: wire.Request, error: str) -> None:
    """A missing function and training that was never started are errors, not the end of the child."""
    load(handler, "def f(x): return x\n")
    reply, _ = handler.answer(request_, [ARRAY])
    assert isinstance(reply, wire.Raised)
    assert reply.error == error


def test_a_handler_before_anything_is_loaded_answers_too(handler: Handler) -> None:
    """With an error."""
    reply, _ = handler.answer(wire.Call(function="f"), [ARRAY])
    assert isinstance(reply, wire.Raised)


@pytest.mark.parametrize(
    ("roam", "device", "default"),
    [(False, "cpu(1)", "cpu(1)"), (True, "cpu(1)", "cpu(0)"), (False, "cpu(0)", "cpu(0)")],
)
def test_the_default_device_is_the_configured_one_unless_it_roams(
    handler: Handler, roam: bool, device: str, default: str
) -> None:
    """`ctx` is the device in either case; what names no device lands on the default."""
    load(
        handler,
        "from mxnet import nd\ndef f(x): return nd.zeros(1)\ndef g(x): return nd.zeros(1, ctx=ctx)\n",
        "f",
        "g",
        device=device,
        roam=roam,
    )
    for name, where in (("f", default), ("g", device)):
        reply, _ = handler.answer(wire.Call(function=name), [ARRAY])
        assert isinstance(reply, wire.Returned)
        assert reply.values[0].device == where


def test_two_submissions_do_not_share_names() -> None:
    """A handler's namespace is its own."""
    main = sys.modules["__main__"]
    try:
        first, second = Handler(DATA), Handler(DATA)
        load(first, "secret = 1\ndef f(x): return secret\n")
        load(second, "def f(x): return secret\n")
        reply, _ = second.answer(wire.Call(function="f"), [ARRAY])
        assert isinstance(reply, wire.Raised)
        assert (reply.error, reply.text) == ("NameError", "name 'secret' is not defined")
    finally:
        sys.modules["__main__"] = main


# --- exceptions in words ----------------------------------------------------------------------------------------


def raised(handler: Handler, code: str) -> wire.Raised:
    """Load a function and return what calling it raised."""
    load(handler, code)
    reply, out = handler.answer(wire.Call(function="f"), [ARRAY])
    assert isinstance(reply, wire.Raised)
    assert out == []
    wire.pack(reply)  # whatever it is, it can be sent
    return reply


def test_an_exception_is_told_with_the_student_s_own_lines(handler: Handler) -> None:
    """Type, text, and the frames in cells, outermost first."""
    reply = raised(handler, "def g(x):\n    return x / None\n\ndef f(x):\n    y = g(x)\n    return y\n")
    assert reply.error == "TypeError"
    assert [(f.cell, f.line, f.code) for f in reply.trace] == [(1, 5, "y = g(x)"), (1, 2, "return x / None")]
    assert reply.cause == "error"


@pytest.mark.parametrize(
    ("body", "error", "text"),
    [
        ("raise ValueError", "ValueError", ""),
        ("raise ValueError('  first\\nsecond')", "ValueError", "first"),
        ("raise SystemExit(3)", "SystemExit", "3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ("raise ValueError('half \\ud800')", "ValueError", "half ?"),
        ("raise type('E', (Exception,), {'__str__': lambda s: 7})", "E", "(no message: its __str__ raised TypeError)"),
        ("raise type('E', (Exception,), {'__str__': lambda s: 1 / 0})", "E", "(no message: its __str__ raised ZeroDiv"),
        ("raise ExceptionGroup('several', [ValueError()])", "ExceptionGroup", "several (1 sub-exception)"),
    ],
)
def test_every_exception_has_words(handler: Handler, body: str, error: str, text: str) -> None:
    """Whatever is raised, and whatever its text is."""
    reply = raised(handler, f"def f(x):\n    {body}\n")
    assert reply.error == error
    assert reply.text.startswith(text)
    assert bool(reply.text) == bool(text)


def test_long_texts_and_deep_traces_are_cut(handler: Handler) -> None:
    """A reply has a cap, and so has each part of it."""
    reply = raised(handler, "def f(x):\n    raise ValueError('x' * 5_000_000)\n")
    assert len(reply.text) == wire.MAX_TEXT
    reply = raised(handler, "def f(x):\n    return f(x)\n")
    assert reply.error == "RecursionError"
    assert len(reply.trace) == handling.MAX_TRACE
    reply = raised(handler, "def f(x):\n    raise type('E' * 9999, (Exception,), {})\n")
    assert len(reply.error) == wire.MAX_TEXT


def test_the_blank_stub_and_a_cut_graph_are_causes_of_their_own(handler: Handler) -> None:
    """They are told in other words than other errors."""
    assert raised(handler, "def f(x):\n    raise NotImplementedError\n").cause == "blank"
    assert raised(handler, "def f(x):\n    raise type('Later', (NotImplementedError,), {})\n").cause == "blank"
    load(handler, "from mxnet import nd\ndef f(x): return nd.array(x.asnumpy())\n")
    reply, _ = handler.answer(wire.Gradient(function="f", wrt=0), [ARRAY, ARRAY])
    assert isinstance(reply, wire.Raised)
    assert reply.cause == "detached"
    load(handler, "def f(x): return 1.0\n")
    reply, _ = handler.answer(wire.Gradient(function="f", wrt=0), [ARRAY, ARRAY])
    assert isinstance(reply, wire.Raised)
    assert (reply.cause, reply.text) == ("detached", "the result is a float")


def test_mxnet_s_own_errors_are_told_by_the_line_that_says_something(handler: Handler) -> None:
    """Not by the stack trace of its C++."""
    reply = raised(handler, "from mxnet import nd\ndef f(x): return nd.dot(nd.zeros((2, 3)), nd.zeros((2, 3)))\n")
    assert reply.error == "MXNetError"
    assert "Check failed" in reply.text or "Error in operator" in reply.text
    assert "\n" not in reply.text


def test_an_error_without_traceback_is_described() -> None:
    """One that was made and never raised."""
    assert handling.describe(ValueError("x"), importing.student_line) == wire.Raised(error="ValueError", text="x")
