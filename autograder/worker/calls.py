"""The kinds of call that a worker can make into a submission, one function each.

Each takes NumPy arrays and returns a reply and arrays: what came back, and what the arguments hold afterwards.
The same code serves the student's self-check in a live kernel.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import mxnet as mx
import numpy as np
from mxnet import autograd, nd

from autograder import wire
from autograder.idx import Bytes

Answer = tuple[wire.Returned, list[wire.Array]]
MAX_RESULT = 32 << 20  # bytes; a larger result is reported by its type alone


class Detached(Exception):
    """The result is not an MXNet array, so autograd cannot differentiate through it."""


class WrongDevice(Exception):
    """A net was given a batch that lies on another device."""


def context(device: str) -> Any:
    """Return the MXNet context that "cpu(1)" or "gpu(0)" names."""
    match = re.fullmatch(r"(cpu|gpu)\((\d+)\)", device)
    if match is None:
        raise ValueError(f"{device!r} is not a device such as cpu(0)")
    return mx.Context(match[1], int(match[2]))


def call(function: Callable[..., Any], arrays: Sequence[wire.Array], device: Any) -> Answer:
    """Call `function(*arrays)`."""
    arguments = [_put(a, device) for a in arrays]
    result = function(*arguments)
    return _returned([result], arguments)


def gradient(function: Callable[..., Any], arrays: Sequence[wire.Array], wrt: int, device: Any) -> Answer:
    """Return `function(*arrays[:-1])` and the gradient of sum(result * arrays[-1]) by argument `wrt`.

    Where the result has not the head's shape there is no gradient to take, and the value comes alone.
    """
    *arguments, head = [_put(a, device) for a in arrays]
    arguments[wrt].attach_grad()
    with autograd.record():
        result = function(*arguments)
    if not isinstance(result, nd.NDArray):
        raise Detached(f"the result is a {_type_name(result)}")
    if result.size != head.size:
        return _returned([result], arguments)
    nd.NDArray.backward(result, head.reshape(result.shape).astype(result.dtype).as_in_context(result.context))
    return _returned([result, arguments[wrt].grad], arguments)


def update(function: Callable[..., Any], arrays: Sequence[wire.Array], lr: float, device: Any, rounds: int) -> Answer:
    """Call `function(params, lr)` `rounds` times; half of `arrays` are parameters, half gradients, set before each."""
    half = len(arrays) // 2
    params = [_put(a, device) for a in arrays[:half]]
    for param in params:
        param.attach_grad()
    result = None
    for _ in range(rounds):
        for param, grad in zip(params, arrays[half:], strict=True):
            param.grad[:] = _put(grad, device)
        result = function(list(params), lr)
    return _returned([result], params)


def evaluate(function: Callable[..., Any], arrays: Sequence[wire.Array], request: wire.Evaluate, device: Any) -> Answer:
    """Call `function(iterator, net)` `rounds` times on one iterator; arrays are images, labels, weights, bias."""
    images, labels, weights, bias = arrays
    w, b = _put(weights, device), _put(bias, device)
    iterator = mx.io.NDArrayIter(images, labels, request.batch_size)
    for _ in range(request.consumed):
        iterator.next()

    def net(x: Any) -> Any:
        # MXNet lets arrays of two CPUs meet, and refuses a CPU's and a GPU's: here all contexts are told apart.
        if x.context != w.context:
            raise WrongDevice(f"the net is on {w.context}, and was given a batch on {x.context}")
        return nd.softmax(nd.dot(x.reshape((x.shape[0], -1)), w) + b)

    results = [function(iterator, net) for _ in range(request.rounds)]
    return _returned(results, [w, b])


class Training:
    """The lesson's training loop, a stretch of steps at a time."""

    def __init__(
        self,
        functions: Sequence[Callable[..., Any]],
        arrays: Sequence[wire.Array],
        lr: float,
        data: tuple[Bytes, Bytes],
        device: Any,
    ) -> None:
        self._activation, self._loss, self._optimizer = functions
        self._params = [_put(a, device) for a in arrays]
        for param in self._params:
            param.attach_grad()
        self._lr, self._device = lr, device
        self._images, self._labels = data

    def steps(self, order: wire.Array) -> None:
        """Take one step for each row of `order`, `(steps, batch)` indices of training images."""
        w, b = self._params
        classes = b.shape[0]
        for batch in order:
            x = _put(self._images[batch].reshape(len(batch), -1).astype(np.float32) / 255, self._device)
            y = nd.one_hot(_put(self._labels[batch].astype(np.float32), self._device), classes)
            with autograd.record():
                loss = self._loss(self._activation(nd.dot(x, w) + b), y)
            if not isinstance(loss, nd.NDArray):
                raise Detached(f"the loss is a {_type_name(loss)}")
            loss.backward()
            self._optimizer(list(self._params), self._lr)

    def snapshot(self) -> Answer:
        """Return the parameters as they are now."""
        return wire.Returned(), [p.asnumpy() for p in self._params]


def _put(array: wire.Array, device: Any) -> Any:
    return nd.array(array, ctx=device, dtype=array.dtype)


def _returned(results: Sequence[Any], arguments: Sequence[Any]) -> Answer:
    arrays: list[wire.Array] = []
    values = tuple(_value(result, arrays) for result in results)
    after = tuple(range(len(arrays), len(arrays) + len(arguments)))
    arrays.extend(a.asnumpy() for a in arguments)
    return wire.Returned(values=values, after=after), arrays


def _value(result: Any, arrays: list[wire.Array]) -> wire.Value:
    """Describe one result; arrays and numbers are appended to `arrays`."""
    kind, device, array = "other", None, None
    if isinstance(result, nd.NDArray):
        kind, device = "ndarray", str(result.context)
        array = result.asnumpy() if result.size * 8 <= MAX_RESULT else None
    elif isinstance(result, np.ndarray):
        kind = "numpy"  # a view may be of one number and yet fill the memory when it is copied
        array = np.array(result, order="C", subok=False) if result.nbytes <= MAX_RESULT else None
    elif isinstance(result, bool | int | float | np.generic):
        kind, array = "scalar", np.asarray(result)
    elif result is None:
        kind = "none"
    if array is None or array.dtype.name not in wire.DTYPES or array.nbytes > MAX_RESULT:
        return wire.Value(kind="none" if kind == "none" else "other", type_name=_type_name(result))
    arrays.append(array)
    return wire.Value(kind=kind, type_name=_type_name(result), array=len(arrays) - 1, device=device)  # type: ignore[arg-type]


def _type_name(value: Any) -> str:
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if name.startswith("numpy."):  # as in any NumPy: bool_ is bool since 2.0, and what is in which submodule changes
        name = f"numpy.{kind.__qualname__}" if kind is not np.bool_ else "numpy.bool_"
    if isinstance(value, np.ndarray):
        name += f" of dtype {value.dtype}"
    return name[: wire.MAX_TEXT]
