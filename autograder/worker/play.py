"""Plays programs on a namespace: the one place that knows how MXNet makes arrays, records and differentiates.

Steps are listed in `autograder.program`. The same code serves a sandboxed child, the oracle, and a live kernel.
"""

import operator
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any

import mxnet as mx
import numpy as np
from mxnet import autograd, nd

from autograder import wire
from autograder.program import Arg, Const, Many, Pairs, Ref, Step, Steps

MAX_RESULT = 32 << 20  # bytes; a larger result is reported by its type alone
MAX_ITEMS = 10_000  # of all lists that one report holds, one inside the other
MAX_DEPTH = 8
SCOPES: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "record": autograd.record,
    "predict": lambda: autograd.record(train_mode=False),
    "pause": autograd.pause,
}


class Detached(Exception):
    """The result is not an MXNet array, so autograd cannot differentiate through it."""


class WrongParts(Exception):
    """Another number of values came back than are unpacked."""


class WrongSize(Exception):
    """A result has not as many elements as the head that its gradient is taken with."""


class Player:
    """Plays one program: `names` is the notebook's namespace, `arrays` the payload.

    `wide` computes in float64. What a program binds is undone by `restore`.
    """

    def __init__(
        self,
        names: dict[str, Any],
        arrays: Sequence[wire.Array],
        device: Any,
        *,
        wide: bool = False,
        module: Any = nd,
        reported: list[Any] | None = None,
    ) -> None:
        self._names, self._arrays, self._device, self._wide, self._module = names, arrays, device, wide, module
        self._values: list[Any] = []
        self._scopes: list[AbstractContextManager[Any]] = []
        self._undo: list[Callable[[], object]] = []
        self.batch: tuple[Any, ...] = ()
        self.reported: list[Any] = [] if reported is None else reported

    def play(self, steps: Steps) -> None:
        """Make each step's value; scopes are left whatever happens."""
        try:
            for step in steps:
                self._values.append(STEPS[step.op](self, step))
        finally:
            while self._scopes:
                self._scopes.pop().__exit__(None, None, None)

    def forget(self, keep: int) -> None:
        """Drop the values of later steps, to play them again."""
        del self._values[keep:]

    @property
    def made(self) -> int:
        """The number of values so far."""
        return len(self._values)

    def restore(self) -> None:
        """Give the names that were bound what they held before."""
        while self._undo:
            self._undo.pop()()

    # ---------------------------------------------------------------------------------------- arguments

    def get(self, arg: Arg) -> Any:
        """Return what an argument stands for."""
        match arg:
            case Ref(index=index):
                return self._values[index]
            case Const(value=value):
                return value
            case Many(kind="slice", items=items):
                return slice(*map(self.get, items))
            case Many(kind=kind, items=items):
                values = [self.get(item) for item in items]
                return values if kind == "list" else tuple(values)
            case Pairs(items=pairs):
                return {key: self.get(item) for key, item in pairs.items()}

    def put(self, array: wire.Array) -> Any:
        """Make an MXNet array of the payload's `array` on the device of the call."""
        dtype = np.dtype(np.float64) if self._wide and array.dtype == np.float32 else array.dtype
        return self._module.array(array, ctx=self._device, dtype=dtype)

    def _payload(self, arg: Arg) -> wire.Array:
        assert isinstance(arg, Ref)
        return self._arrays[arg.index]

    # ---------------------------------------------------------------------------------------- steps

    def _array(self, step: Step) -> Any:
        made = self.put(self._payload(step.args[0]))
        if step.name == "grad":
            made.attach_grad()
        return made

    def _name(self, step: Step) -> Any:
        return self._names[step.name]

    def _bind(self, step: Step) -> Any:
        """Set a global, in the array that it holds where that can be: another name may lead to the same array."""
        name, value, names = step.name, self.get(step.args[0]), self._names
        held = names.get(name)
        if isinstance(held, nd.NDArray) and isinstance(value, nd.NDArray) and held is not value and _alike(held, value):
            return self._overwrite(held, value, step)
        if name in names:
            self._undo.append(lambda: names.__setitem__(name, held))
        else:
            self._undo.append(lambda: names.pop(name, None))
        names[name] = value
        return value

    def _overwrite(self, held: Any, value: Any, step: Step) -> Any:
        before = held.copy()

        def back() -> None:
            held[:] = before

        self._undo.append(back)
        with autograd.pause():
            if value.grad is not None:
                held.attach_grad()
            held[:] = value
        if isinstance(step.args[0], Ref):
            self._values[step.args[0].index] = held  # what was made for this name is this array from now on
        return held

    def _call(self, step: Step) -> Any:
        function, *args = (self.get(arg) for arg in step.args)
        return function(*args, **{key: self.get(arg) for key, arg in step.keywords.items()})

    def _attribute(self, step: Step) -> Any:
        return getattr(self.get(step.args[0]), step.name)

    def _item(self, step: Step) -> Any:
        return self.get(step.args[0])[self.get(step.args[1])]

    def _set(self, step: Step) -> None:
        target, key, value = map(self.get, step.args)
        target[key] = value

    def _operator(self, step: Step) -> Any:
        return getattr(operator, step.name)(*map(self.get, step.args))

    def _parts(self, step: Step) -> Any:
        value, count = map(self.get, step.args)
        if not isinstance(value, list | tuple):
            raise WrongParts(f"returned {described(value)} where {count} values are expected")
        if len(value) != count:
            raise WrongParts(f"returned {len(value)} values where {count} are expected")
        return value

    def _scope(self, step: Step) -> None:
        scope = SCOPES[step.name]()
        scope.__enter__()
        self._scopes.append(scope)

    def _end(self, _step: Step) -> None:
        self._scopes.pop().__exit__(None, None, None)

    def _backward(self, step: Step) -> None:
        target = self.get(step.args[0])
        head = self.get(step.args[1]) if len(step.args) > 1 else None
        if not isinstance(target, nd.NDArray):
            if hasattr(type(target), "backward"):  # an object of the student's own
                target.backward(*[] if head is None else [head])
                return
            raise Detached(f"the result is {described(target)}")
        nd.NDArray.backward(target, self._head(target, head, step.name))

    def _head(self, target: Any, head: Any, name: str) -> Any:
        if name == "waves":  # another weight for each element, the same for everybody
            head = self.put(np.cos(np.arange(1, target.size + 1)).astype(np.float32))
        if head is None:
            return None
        if head.size != target.size:
            raise WrongSize(f"the result has shape {target.shape}, its gradient was to be taken with {head.shape}")
        return head.reshape(target.shape).astype(target.dtype).as_in_context(target.context)

    def _seed(self, step: Step) -> None:
        number = self.get(step.args[0])
        mx.random.seed(number)
        np.random.seed(number)

    def _iterator(self, step: Step) -> Any:
        inputs, labels = (self._payload(arg) for arg in step.args[:2])
        size, served = map(self.get, step.args[2:])
        if step.name == "DataLoader":
            data = mx.gluon.data.ArrayDataset(*(self._on_cpu(a) for a in (inputs, labels)))
            return mx.gluon.data.DataLoader(data, batch_size=size)
        made = mx.io.NDArrayIter(self._on_cpu(inputs), self._on_cpu(labels), size)
        for _ in range(served):
            made.next()
        return made

    def _on_cpu(self, array: wire.Array) -> Any:
        dtype = np.dtype(np.float64) if self._wide and array.dtype == np.float32 else array.dtype
        return nd.array(array, ctx=mx.cpu(0), dtype=dtype)

    def _helper(self, step: Step) -> Any:
        names: dict[str, Any] = {"mx": mx, "nd": nd, "np": np, "autograd": autograd, "gluon": mx.gluon}
        names |= {key: self.get(arg) for key, arg in step.keywords.items()}
        before = set(names)
        exec(compile(step.name, "<helper>", "exec"), names)  # noqa: S102 - the check writer's own code
        made = [key for key in names if key not in before and key != "__builtins__"]
        return names[made[-1]] if made else None

    def _context(self, _step: Step) -> Any:
        return self._device

    def _part(self, step: Step) -> Any:
        return self.batch[self.get(step.args[0])]

    def _report(self, step: Step) -> None:
        self.reported.append(snapshot(self.get(step.args[0])))


STEPS: dict[str, Callable[[Player, Step], Any]] = {
    "array": Player._array,
    "name": Player._name,
    "bind": Player._bind,
    "call": Player._call,
    "attribute": Player._attribute,
    "item": Player._item,
    "set": Player._set,
    "operator": Player._operator,
    "parts": Player._parts,
    "scope": Player._scope,
    "end": Player._end,
    "backward": Player._backward,
    "seed": Player._seed,
    "iterator": Player._iterator,
    "helper": Player._helper,
    "device": Player._context,
    "batch": Player._part,
    "report": Player._report,
}


def snapshot(value: Any, depth: int = 0) -> Any:
    """Copy what a report will hold, as it is now: arrays may be written to by later steps."""
    if isinstance(value, nd.NDArray):
        return (value.asnumpy() if value.size * 8 <= MAX_RESULT else None), value
    if isinstance(value, np.ndarray):  # a view may be of one number and yet fill the memory when it is copied
        return (np.array(value, order="C", subok=False) if value.nbytes <= MAX_RESULT else None), value
    if isinstance(value, list | tuple) and depth < MAX_DEPTH and len(value) <= MAX_ITEMS:
        return [snapshot(item, depth + 1) for item in value], value
    if isinstance(value, dict) and depth < MAX_DEPTH and len(value) <= MAX_ITEMS:
        return [snapshot(item, depth + 1) for item in value.values()], value
    return None, value


class Describer:
    """Puts snapshots into values of the wire, and their arrays beside them."""

    def __init__(self) -> None:
        self.arrays: list[wire.Array] = []
        self._items = self._bytes = 0

    def value(self, taken: Any) -> wire.Value:
        """Describe one snapshot."""
        copy, value = taken
        name = type_name(value)
        self._items += 1
        if self._items > MAX_ITEMS:
            return wire.Value(kind="other", type_name=name)
        if value is None:
            return wire.Value(kind="none", type_name=name)
        if isinstance(value, nd.NDArray | np.ndarray):
            kind = "ndarray" if isinstance(value, nd.NDArray) else "numpy"
            where = str(value.context) if isinstance(value, nd.NDArray) else None
            return self._with_array(kind, name, copy, where)
        if isinstance(value, bool | int | float | np.generic):
            with suppress(OverflowError):  # a whole number beyond what NumPy holds
                return self._with_array("scalar", name, np.asarray(value), None)
        if isinstance(value, str):
            return wire.Value(kind="text", type_name=name, text=sendable(str.__str__(value)[: wire.MAX_TEXT]))
        if copy is not None:
            return self._container(name, copy, value)
        return wire.Value(kind="other", type_name=name)

    def _container(self, name: str, copies: list[Any], value: Any) -> wire.Value:
        items = tuple(self.value(item) for item in copies)
        if isinstance(value, dict):
            keys = tuple(sendable(str.__str__(k)[:200]) if isinstance(k, str) else "?" for k in value)
            return wire.Value(kind="dict", type_name=name, items=items, keys=keys)
        return wire.Value(kind="list" if isinstance(value, list) else "tuple", type_name=name, items=items)

    def _with_array(self, kind: Any, name: str, array: Any, device: str | None) -> wire.Value:
        if array is None or array.dtype.name not in wire.DTYPES or self._bytes + array.nbytes > MAX_RESULT:
            return wire.Value(kind="other", type_name=name)
        self._bytes += array.nbytes
        self.arrays.append(array)
        return wire.Value(kind=kind, type_name=name, array=len(self.arrays) - 1, device=device)


def _alike(one: Any, other: Any) -> bool:
    return (one.shape, one.dtype, one.context) == (other.shape, other.dtype, other.context)


def described(value: Any) -> str:
    """Say what kind of value this is, with an article."""
    if isinstance(value, nd.NDArray):
        return f"one array of shape {value.shape}"
    return "None" if value is None else f"a {type_name(value)}"


def type_name(value: Any) -> str:
    """Return the name of a value's type, with its module where that is not Python's own."""
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if isinstance(value, np.ndarray):
        name += f" of dtype {value.dtype}"
    return sendable(name[: wire.MAX_TEXT])


def sendable(text: str) -> str:
    """Replace what no UTF-8 holds: Python's strings may contain half a surrogate pair."""
    return text.encode("utf-8", "replace").decode()


def stretch(player: Player, steps: Steps, batches: Iterator[tuple[Any, ...]]) -> None:
    """Play `steps` once for each batch; what one made is forgotten before the next."""
    keep = player.made
    for batch in batches:
        player.batch = batch
        player.play(steps)
        player.forget(keep)
