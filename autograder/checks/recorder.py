"""What a check calls is recorded here as a program, to be played later: on the solution, on mistakes, on submissions.

A check is written as if it called the student's functions. What it holds are *handles*: they stand for values that
nobody has computed yet. No student code is ever near a check.
"""

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograder.checks.expectations import Expectation, Same
from autograder.program import MAX_STEPS, Arg, Const, Many, Pairs, Ref, Step

Iterators = Literal["NDArrayIter", "DataLoader"]


@dataclass(frozen=True)
class Reported:
    """One value that a program reports: what is expected of it, and which array of the payload it is, if it is one."""

    expect: Expectation
    mistakes: Mapping[str, Any]
    kind: Literal["value", "gradient", "after"]
    origin: int | None


class Handle:
    """The value of a step: of the solution, of a mistake, of the submission, whoever is played."""

    __slots__ = ("_index", "_student")
    __hash__ = object.__hash__
    _index: int
    _student: "Student"

    def __init__(self, student: "Student", index: int) -> None:
        object.__setattr__(self, "_student", student)
        object.__setattr__(self, "_index", index)

    def __getattr__(self, name: str) -> "Handle":
        if name.startswith("_"):
            raise AttributeError(f"{name}: a check looks at no private attribute")
        return self._student._step("attribute", (self._ref,), name=name)

    def __setattr__(self, name: str, value: Any) -> None:
        raise TypeError(f"set what .{name} holds with .{name}[:] = …: attributes themselves stay as they are")

    def __getitem__(self, key: Any) -> "Handle":
        return self._student._step("item", (self._ref, self._student._arg(key)))

    def __setitem__(self, key: Any, value: Any) -> None:
        self._student._step("set", (self._ref, self._student._arg(key), self._student._arg(value)))

    def __call__(self, *args: Any, **keywords: Any) -> "Handle":  # noqa: D102 - it is the call that is recorded
        given = {name: self._student._arg(value) for name, value in keywords.items()}
        return self._student._step("call", (self._ref, *map(self._student._arg, args)), keywords=given)

    def __iter__(self) -> Iterator["Handle"]:
        raise TypeError("how many values come back is not known yet: unpack them with .parts(n)")

    def __bool__(self) -> bool:
        raise TypeError(
            "a check decides nothing by a value that nobody has computed yet: use .expect, or draw with rng"
        )

    def __len__(self) -> int:
        raise TypeError("how long it is is not known yet: a check knows it from what it gives")

    @property
    def _ref(self) -> Ref:
        return Ref(self._index)

    def parts(self, count: int) -> "tuple[Handle, ...]":
        """Unpack a list or tuple of `count` values; anything else that comes back is wrong."""
        whole = self._student._step("parts", (self._ref, Const(count)))
        return tuple(whole[i] for i in range(count))

    def backward(self, head: Any = None) -> None:
        """Take gradients of sum(self * head); without a head, of the sum."""
        if self._index not in self._student._reported:
            self._student._report(self, Same(keepdims=True), {}, "value")
        extra = () if head is None else (self._student._arg(head),)
        self._student._step("backward", (self._ref, *extra))


def _operator(name: str, *, swapped: bool = False) -> Any:
    def apply(self: Handle, *others: Any) -> Handle:
        args = [self._ref, *map(self._student._arg, others)]
        return self._student._step("operator", tuple(reversed(args) if swapped else args), name=name)

    return apply


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    setattr(Handle, f"__{_name}__", _operator(_name))
    setattr(Handle, f"__r{_name}__", _operator(_name, swapped=True))
for _name in ("neg", "pos", "abs", "eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Handle, f"__{_name}__", _operator(_name))


class Student:
    """Stands for the submission in a check. `student.relu(x)` calls its function; `student["w"] = x` sets a global."""

    def __init__(self, iterators: Iterators = "NDArrayIter") -> None:
        self._iterators = iterators
        self._steps: list[Step] = []
        self._arrays: list[NDArray[np.generic]] = []
        self._reports: list[Reported] = []
        self._raises: dict[str, str] = {}
        self._origins: dict[int, int] = {}  # step -> array of the payload that it put
        self._gradients: set[int] = set()  # steps that look up .grad
        self._reported: set[int] = set()  # steps whose value was reported

    def __getattr__(self, name: str) -> Handle:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._step("name", name=name)

    def __getitem__(self, name: str) -> Handle:
        return self._step("name", name=name)

    def __setitem__(self, name: str, value: Any) -> None:
        self._step("bind", (self._arg(value),), name=name)

    @property
    def device(self) -> Handle:
        """The device of the call, as MXNet's context."""
        return self._step("device")

    def array(self, value: ArrayLike, *, grad: bool = False, dtype: str = "float32") -> Handle:
        """Make an MXNet array on the device of the call; `grad` attaches a gradient to it."""
        array = np.asarray(value)
        if array.dtype.kind not in "fiub":
            raise TypeError(f"an array of numbers is needed, not of dtype {array.dtype}")
        self._arrays.append(np.array(array, dtype))
        made = self._step("array", (Ref(len(self._arrays) - 1),), name="grad" if grad else "")
        self._origins[made._index] = len(self._arrays) - 1
        return made

    def iterator(self, inputs: ArrayLike, labels: ArrayLike, batch_size: int, *, served: int = 0) -> Handle:
        """Make the iterator that the assignment teaches with, over float32 arrays; `served` batches have been taken."""
        self._arrays += [np.asarray(inputs, np.float32), np.asarray(labels, np.float32)]
        n = len(self._arrays)
        args = (Ref(n - 2), Ref(n - 1), Const(int(batch_size)), Const(int(served)))
        return self._step("iterator", args, name=self._iterators)

    def helper(self, code: str, **values: Any) -> Handle:
        """Run code of the check's own, with mx, nd, np, autograd, gluon and `values`; return what it defines last."""
        ast.parse(code)
        return self._step("helper", name=code, keywords={name: self._arg(value) for name, value in values.items()})

    def seed(self, number: int) -> None:
        """Seed MXNet's and NumPy's generators; what a right answer draws must not depend on it."""
        self._step("seed", (Const(int(number)),))

    @contextmanager
    def recording(self, *, training: bool = True) -> Iterator[None]:
        """Record for gradients, as `autograd.record(train_mode=training)` does."""
        self._step("scope", name="record" if training else "predict")
        yield
        self._step("end")

    def expect(
        self,
        value: Any,
        how: Expectation | None = None,
        *,
        mistakes: Mapping[str, Any] | None = None,
        raises: Mapping[str, str] | None = None,
        **same: Any,
    ) -> None:
        """Expect of a value, as it is now, what the solution gives, or what `how` says.

        `same`: rtol, atol, keepdims of `Same`. `mistakes` are diagnoses by value, for what cannot be run; `raises`
        are diagnoses of exceptions, by a part of "Error: message".
        """
        self._raises |= raises or {}
        kind: Literal["value", "gradient", "after"] = "value"
        if isinstance(value, Handle):
            index = value._index
            kind = "gradient" if index in self._gradients else "after" if index in self._origins else "value"
        self._report(value, how or Same(**same), mistakes or {}, kind)

    def _report(self, value: Any, expect: Expectation, mistakes: Mapping[str, Any], kind: Any) -> None:
        origin = None
        if isinstance(value, Handle):
            origin = self._origins.get(value._index)
            self._reported.add(value._index)
        self._step("report", (self._arg(value),))
        self._reports.append(Reported(expect, mistakes, kind, origin))

    def _step(
        self, op: Any, args: tuple[Arg, ...] = (), *, name: str = "", keywords: dict[str, Arg] | None = None
    ) -> Handle:
        if len(self._steps) >= MAX_STEPS:
            raise ValueError(f"a check of more than {MAX_STEPS} steps: make it several")
        self._steps.append(Step(op, args, name, keywords or {}))
        if op == "attribute" and name == "grad":
            self._gradients.add(len(self._steps) - 1)
        return Handle(self, len(self._steps) - 1)

    def _arg(self, value: Any) -> Arg:
        match value:
            case Handle():
                return Ref(value._index)
            case np.ndarray():
                return Ref(self.array(value)._index)
            case np.generic():
                return Const(value.item())
            case bool() | int() | float() | str() | None:
                return Const(value)
            case slice():
                return Many("slice", tuple(map(self._arg, (value.start, value.stop, value.step))))
            case list() | tuple():
                return Many("list" if isinstance(value, list) else "tuple", tuple(map(self._arg, value)))
            case dict() if all(isinstance(key, str) for key in value):
                return Pairs({key: self._arg(item) for key, item in value.items()})
        raise TypeError(f"a {type(value).__name__} cannot be given to a student's function: see docs/check-writers.md")
