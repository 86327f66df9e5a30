"""Checks for free: what a check calls, played in another way that asks for something more. Made by machine on request.

gradient   the gradient of what is expected, by every array of floats that the check makes
kept       the arrays that the check makes are afterwards what the solution leaves of them
again      the same calls three times with other numbers between: nothing is kept from call to call
device     on another device than MXNet's default one, with results that stay there
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any

from numpy.random import Generator

from autograder.checks.expectations import Expectation, OnDevice, Same
from autograder.checks.recorder import Handle, Student
from autograder.program import Arg, Ref

Recorded = Callable[..., Any]  # a check as it was written: f(rng, student[, item])

TITLES = {
    "gradient": "The gradient of {0} reaches what it is computed from",
    "kept": "{0} leaves the arrays that it is given as they were",
    "again": "{0} depends on its arguments alone, not on earlier calls",
    "device": "{0} computes on the device where its input is",
}


class _Differentiated(Student):
    """Records every call for gradients, and asks for them in the place of what is expected."""

    def array(self, value: Any, *, grad: bool = False, dtype: str = "float32") -> Handle:
        return super().array(value, grad=grad or dtype == "float32", dtype=dtype)

    def expect(self, value: Any, how: Expectation | None = None, **_rest: Any) -> None:
        if isinstance(value, Handle) and value._index not in self._origins and self._target is None:
            self._target = value

    def _step(self, op: Any, args: tuple[Arg, ...] = (), *, name: str = "", keywords: Any = None) -> Handle:
        if op not in ("call", "operator", "item"):
            return super()._step(op, args, name=name, keywords=keywords)
        super()._step("scope", name="record")
        made = super()._step(op, args, name=name, keywords=keywords)
        super()._step("end")
        return made

    _target: Handle | None = None

    def finish(self) -> None:
        """Take the gradients of the first value that was expected."""
        if self._target is None:
            raise TypeError("it expects no value of a call, so there is no gradient to take")
        self._report(self._target, Same(keepdims=True), {}, "value")
        self._step("backward", (Ref(self._target._index),), name="waves")
        for step in list(self._origins):
            if self._steps[step].name == "grad":
                gradient = self._step("attribute", (Ref(step),), name="grad")
                self._report(gradient, Same(), {}, "gradient")


class _OnDevice(Student):
    """Expects of every value that it lies on the device of the call, too."""

    def _report(self, value: Any, expect: Expectation, mistakes: Any, kind: Any) -> None:
        super()._report(value, expect, mistakes, kind)
        if kind == "value" and isinstance(value, Handle) and isinstance(expect, Same):
            super()._report(value, OnDevice(""), {}, kind)


def students(kind: str, function: Recorded, over: Sequence[Any], rng: Generator) -> Iterator[Student]:
    """Record each item of a check in one of the ways above."""
    for item in over or (None,):
        rest = [item] if len(over) else []
        if kind == "gradient":
            differentiated = _Differentiated()
            function(rng, differentiated, *rest)
            differentiated.finish()
            yield differentiated
        elif kind == "device":
            placed = _OnDevice()
            function(rng, placed, *rest)
            yield placed
        else:
            student = Student()
            first = deepcopy(rng)
            function(rng, student, *rest)
            if kind == "kept":
                for step in list(student._origins):
                    student._report(Handle(student, step), Same(), {}, "after")
            else:
                function(rng, student, *rest)
                function(first, student, *rest)
            yield student
