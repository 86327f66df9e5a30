"""The calls into a submission: what it is given, what is reported of what it gave back."""

from collections.abc import Callable
from typing import Any

import mxnet as mx
import numpy as np
import pytest
from mxnet import autograd, nd

from autograder import wire
from autograder.worker import calls
from autograder.worker.data import lesson_mnist

CPU = mx.cpu(0)
X = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)


def one(function: Callable[..., Any], *arrays: wire.Array) -> tuple[wire.Value, wire.Array | None]:
    """Call a function on X; return how its value is reported, and the value."""
    reply, out = calls.call(function, arrays or (X,), CPU)
    (value,) = reply.values
    return value, None if value.array is None else out[value.array]


# --- values -----------------------------------------------------------------------------------------------------


def test_an_argument_is_an_array_of_its_own_on_the_device() -> None:
    """Shape, dtype, values and device are those asked for, and changing it changes nothing here."""

    def function(x: Any) -> Any:
        assert isinstance(x, nd.NDArray)
        assert (x.shape, x.dtype, str(x.context)) == ((2, 2), np.float32, "cpu(1)")
        x[:] = 0
        return x

    before = X.copy()
    reply, out = calls.call(function, (X,), mx.cpu(1))
    assert np.array_equal(X, before)
    assert reply.values[0].device == "cpu(1)"
    assert [out[i].tolist() for i in reply.after] == [[[0, 0], [0, 0]]]


@pytest.mark.parametrize(
    ("result", "kind", "name"),
    [
        (lambda x: x * 2, "ndarray", "mxnet.ndarray.ndarray.NDArray"),
        (lambda x: x.asnumpy(), "numpy", "numpy.ndarray of dtype float32"),
        (lambda _x: 0.5, "scalar", "float"),
        (lambda _x: 3, "scalar", "int"),
        (lambda _x: True, "scalar", "bool"),
        (lambda _x: np.float32(0.5), "scalar", "numpy.float32"),
        (lambda _x: np.bool_(True), "scalar", "numpy.bool_"),
        (lambda x: np.ma.array(x.asnumpy()), "numpy", "numpy.MaskedArray of dtype float32"),
    ],
)
def test_arrays_and_numbers_are_reported_with_their_value(result: Callable[..., Any], kind: str, name: str) -> None:
    """A NumPy scalar is a number, not an array; only MXNet's arrays have a device."""
    value, array = one(result)
    assert (value.kind, value.type_name) == (kind, name)
    assert value.device == ("cpu(0)" if kind == "ndarray" else None)
    assert array is not None
    assert np.array_equal(
        array, np.asarray(result(nd.array(X)).asnumpy() if kind == "ndarray" else result(nd.array(X)))
    )


@pytest.mark.parametrize(
    ("result", "kind", "name"),
    [
        (lambda _x: None, "none", "NoneType"),
        (lambda _x: [1.0, 2.0], "other", "list"),
        (lambda _x: "passed", "other", "str"),
        (lambda _x: 1j, "other", "complex"),
        (lambda _x: 10**30, "other", "int"),
        (lambda _x: np.str_("x"), "other", "numpy.str_"),
        (lambda _x: np.array(["x"], object), "other", "numpy.ndarray of dtype object"),
        (lambda _x: np.zeros(5 << 20), "other", "numpy.ndarray of dtype float64"),
        (lambda _x: np.broadcast_to(np.float32(1), (1 << 20, 1 << 20)), "other", "numpy.ndarray of dtype float32"),
        (lambda _x: nd.zeros((5 << 20,)), "other", "mxnet.ndarray.ndarray.NDArray"),
    ],
)
def test_other_things_are_reported_by_their_type_alone(result: Callable[..., Any], kind: str, name: str) -> None:
    """None, lists, text, numbers and arrays that no frame carries, and whatever is larger than a frame."""
    value, array = one(result)
    assert (value.kind, value.type_name, array) == (kind, name, None)


def test_big_endian_and_strided_results_keep_their_values() -> None:
    """The frame carries values, not the bytes that happen to hold them."""
    value, array = one(lambda _x: np.arange(6, dtype=">f4").reshape(2, 3).T)
    assert value.kind == "numpy"
    assert array is not None
    _, piece = wire.pack(wire.Returned(), [array])
    assert np.frombuffer(piece, "<f4").tolist() == [0, 3, 1, 4, 2, 5]


# --- gradients --------------------------------------------------------------------------------------------------

HEAD = np.array([[1.0, 0.0], [2.0, -1.0]], np.float32)


def test_the_gradient_is_of_the_head_weighted_sum() -> None:
    """By the argument asked for, beside the value."""
    reply, out = calls.gradient(lambda a, b: a * a * b, (X, X + 1, HEAD), 0, CPU)
    assert [v.kind for v in reply.values] == ["ndarray", "ndarray"]
    assert np.allclose(out[0], X * X * (X + 1))
    assert np.allclose(out[1], 2 * X * (X + 1) * HEAD)
    _, by_other = calls.gradient(lambda a, b: a * a * b, (X, X + 1, HEAD), 1, CPU)
    assert np.allclose(by_other[1], X * X * HEAD)


def test_a_value_of_the_head_s_size_is_enough() -> None:
    """(n, 1) losses are weighted like (n,) ones."""
    _, out = calls.gradient(lambda a: a.sum(axis=1, keepdims=True), (X, np.array([1.0, 3.0], np.float32)), 0, CPU)
    assert out[1].tolist() == [[1, 1], [3, 3]]


def test_a_value_of_another_size_comes_alone() -> None:
    """There is no gradient to take."""
    reply, out = calls.gradient(lambda a: a.sum(), (X, HEAD), 0, CPU)
    assert len(reply.values) == 1
    assert out[0].tolist() == [10.0]


def test_a_result_that_autograd_cannot_follow_is_told_apart() -> None:
    """NumPy results are `Detached`; MXNet itself complains of arrays made outside."""
    with pytest.raises(calls.Detached, match=r"the result is a numpy.ndarray of dtype float32"):
        calls.gradient(lambda a: a.asnumpy(), (X, HEAD), 0, CPU)
    with pytest.raises(mx.MXNetError, match="not in a computational graph"):
        calls.gradient(lambda a: nd.array(a.asnumpy()), (X, HEAD), 0, CPU)


# --- update and evaluate ----------------------------------------------------------------------------------------


def test_update_reports_what_the_very_arrays_hold_afterwards() -> None:
    """In place counts; new arrays, and a changed list, do not."""

    def in_place(params: Any, lr: float) -> None:
        for p in params:
            p[:] = p - lr * p.grad

    def by_name(params: Any, lr: float) -> Any:
        params[0] = params[0] - lr * params[0].grad
        params.clear()
        return params

    reply, out = calls.update(in_place, (X, X + 1, HEAD, HEAD), 0.5, CPU, 1)
    assert [np.allclose(out[i], x - 0.5 * HEAD) for i, x in zip(reply.after, (X, X + 1), strict=True)] == [True, True]
    reply, out = calls.update(by_name, (X, HEAD), 0.5, CPU, 1)
    assert [out[i].tolist() for i in reply.after] == [X.tolist()]


def test_update_gives_the_same_gradients_in_every_round() -> None:
    """Whatever a round leaves in them."""

    def clear(params: Any, lr: float) -> None:
        for p in params:
            p[:] = p - lr * p.grad
            p.grad[:] = 0

    reply, out = calls.update(clear, (X, HEAD), 0.5, CPU, 3)
    assert np.allclose(out[reply.after[0]], X - 1.5 * HEAD)


def test_evaluate_serves_batches_in_order_and_calls_in_turn() -> None:
    """Batch size, padding, batches served before, and how often; the net is linear with a softmax."""
    images = np.arange(5 * 4, dtype=np.float32).reshape(5, 1, 2, 2)
    labels = np.arange(5, dtype=np.float32)
    weights, bias = np.eye(4, 3, dtype=np.float32), np.zeros(3, np.float32)
    seen: list[Any] = []

    def function(iterator: Any, net: Any) -> float:
        for batch in iterator:
            seen.append((batch.label[0].asnumpy().tolist(), batch.pad, batch.data[0].shape))
            assert np.allclose(net(batch.data[0]).asnumpy().sum(axis=1), 1)
        return float(len(seen))

    request = wire.Evaluate(function="f", batch_size=2, consumed=1, rounds=2)
    reply, out = calls.evaluate(function, (images, labels, weights, bias), request, CPU)
    assert seen == [([2, 3], 0, (2, 1, 2, 2)), ([4, 0], 1, (2, 1, 2, 2))]
    assert [out[v.array].tolist() for v in reply.values if v.array is not None] == [2.0, 2.0]


# --- training ---------------------------------------------------------------------------------------------------


@pytest.fixture
def lesson() -> tuple[Callable[..., Any], ...]:
    """The lesson's three functions."""

    def sgd(params: Any, lr: float) -> None:
        for p in params:
            p[:] = p - lr * p.grad

    return nd.softmax, (lambda yhat, y: -(y * nd.log(yhat)).sum(axis=1)), sgd


def test_training_follows_the_hand_made_gradient(lesson: tuple[Callable[..., Any], ...]) -> None:
    """Two steps on four images equal NumPy's, whether losses are (n,), (n, 1) or already summed."""
    rng = np.random.default_rng(1)
    images, labels = rng.integers(0, 256, (4, 28, 28), np.uint8), np.array([0, 1, 2, 1], np.uint8)
    start = (rng.normal(0, 0.01, (784, 3)).astype(np.float32), np.zeros(3, np.float32))
    order = np.array([[0, 1], [2, 3]], np.int32)

    w, b = (a.astype(np.float64) for a in start)
    for batch in order:
        x = images[batch].reshape(2, -1) / 255
        p = np.exp(x @ w + b)
        error = p / p.sum(axis=1, keepdims=True) - np.eye(3)[labels[batch]]
        w, b = w - 0.1 * x.T @ error, b - 0.1 * error.sum(axis=0)

    activation, loss, optimizer = lesson
    for shaped in (loss, lambda p, y: loss(p, y).reshape((-1, 1)), lambda p, y: loss(p, y).sum()):
        training = calls.Training((activation, shaped, optimizer), start, 0.1, (images, labels), CPU)
        training.steps(order)
        _, out = training.snapshot()
        assert np.allclose(out[0], w, atol=1e-6)
        assert np.allclose(out[1], b, atol=1e-6)


def test_a_loss_that_is_no_array_is_told(lesson: tuple[Callable[..., Any], ...]) -> None:
    """Training needs a gradient."""
    activation, _, optimizer = lesson
    start = (np.zeros((784, 3), np.float32), np.zeros(3, np.float32))
    data = (np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8))
    training = calls.Training((activation, lambda *_: 1.0, optimizer), start, 0.1, data, CPU)
    with pytest.raises(calls.Detached, match="the loss is a float"):
        training.steps(np.array([[0]], np.int32))
    assert not autograd.is_recording()


# --- devices and data -------------------------------------------------------------------------------------------


def test_devices_are_read_as_mxnet_writes_them() -> None:
    """Kind and number; nothing else."""
    assert calls.context("cpu(3)") == mx.cpu(3)
    assert calls.context("gpu(0)") == mx.gpu(0)
    for wrong in ("cpu", "cpu(-1)", "tpu(0)", "cpu(0)x"):
        with pytest.raises(ValueError, match="is not a device such as"):
            calls.context(wrong)


def test_the_lesson_s_data_has_the_lesson_s_form_and_no_test_image() -> None:
    """float32 in [0, 1] of shape (n, 1, 28, 28); what plays the test set is the end of the training set."""
    images = np.arange(12_000, dtype=np.uint32).astype(np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8)
    labels = (np.arange(12_000) % 10).astype(np.uint8)
    data = lesson_mnist(images, labels)
    assert {k: (v.shape, v.dtype.name) for k, v in data.items()} == {
        "train_data": ((12_000, 1, 28, 28), "float32"),
        "train_label": ((12_000,), "int32"),
        "test_data": ((10_000, 1, 28, 28), "float32"),
        "test_label": ((10_000,), "int32"),
    }
    assert data["train_data"].max() == 1.0
    assert np.array_equal(data["test_data"], data["train_data"][2_000:])
    assert np.array_equal(data["test_label"], labels[2_000:])
