"""The four functions of a course's `reference.py` by which training is judged, each held to its form.

    path(weights, bias, images, labels, order, lr)         yields (weights, bias) after each row of `order`
    narrow_path(...)                                       the same in float32, for `autograder calibrate` alone
    mean_loss(weights, bias, images, labels)               one number above 0
    predictions(images, weights, bias)                     the class of each image, whole numbers `(n,)`

What is missing, raises or has another form is a `CourseError`: nobody could be judged by it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.expectations import Float
from autograder.errors import CourseError
from autograder.result import clean

Parameters = tuple[Float, Float]


@dataclass(frozen=True)
class Reference:
    """The functions of one reference; `where` is its file."""

    module: ModuleType
    where: str

    def path(self, *arguments: Any) -> Iterator[Parameters]:
        """Yield the parameters after each step, float64 and finite."""
        return self._steps("path", *arguments)

    def narrow_path(self, *arguments: Any) -> Iterator[Parameters]:
        """Yield what `path` does, computed in float32."""
        return self._steps("narrow_path", *arguments)

    def mean_loss(self, weights: Float, bias: Float, images: Float, labels: NDArray[Any]) -> float:
        """Return the mean loss; of parameters that are not the reference's own it need not be finite."""
        function = self._function("mean_loss")
        try:
            return float(function(weights, bias, images, labels))
        except (Exception, SystemExit) as error:
            raise self._fault("mean_loss", error) from error

    def predictions(self, images: Float, weights: Float, bias: Float) -> NDArray[np.int64]:
        """Return the class of each image, `(n,)`."""
        function = self._function("predictions")
        try:
            found = np.asarray(function(images, weights, bias))
            whole: NDArray[np.int64] = found.astype(np.int64)
            fine = whole.shape == (len(images),) and bool((whole == found).all())
            fine = fine and bool(((whole >= 0) & (whole < len(bias))).all())
        except (Exception, SystemExit) as error:
            raise self._fault("predictions", error) from error
        if not fine:
            raise self._wrong("predictions", f"returns no class from 0 to {len(bias) - 1} for each image")
        return whole

    def require_reachable(self, start: Parameters, path: Sequence[tuple[int, Parameters, float]]) -> None:
        """Refuse a path, of steps, parameters and losses, that nobody could be on: all is judged relative to it."""
        for step, params, loss in path:
            if not 0 < loss < np.inf:
                raise self._wrong("mean_loss", f"is {loss:g} after {step} steps, where a number above 0 is needed")
            if step and any((now == before).all() for now, before in zip(params, start, strict=True)):
                raise self._wrong("path", f"has not moved the weights, or not the bias, by step {step}")

    def _steps(
        self,
        name: str,
        weights: Float,
        bias: Float,
        images: NDArray[np.float32],
        labels: NDArray[np.uint8],
        order: NDArray[np.int32],
        lr: float,
    ) -> Iterator[Parameters]:
        function = self._function(name)
        count = 0
        try:
            for got in function(weights, bias, images, labels, order, lr):
                w, b = (np.asarray(part, np.float64) for part in got)
                if (w.shape, b.shape) != (weights.shape, bias.shape):
                    raise self._wrong(name, f"yields shapes {w.shape} and {b.shape}, not those it began with")
                if not (np.isfinite(w).all() and np.isfinite(b).all()):
                    raise self._wrong(name, f"yields NaN or infinity at step {count + 1}: is lr too large?")
                count += 1
                if count > len(order):
                    raise self._wrong(name, f"yields more than the {len(order)} steps that were asked for")
                yield w, b
        except CourseError:
            raise
        except (Exception, SystemExit) as error:
            raise self._fault(name, error) from error
        if count != len(order):
            raise self._wrong(name, f"yields {count} steps, but {len(order)} were asked for")

    def _function(self, name: str) -> Callable[..., Any]:
        found = getattr(self.module, name, None)
        if not callable(found):
            raise CourseError(f"{self.where}: defines no function {name}, by which training is judged: write it")
        return found  # type: ignore[no-any-return]

    def _fault(self, name: str, error: BaseException) -> CourseError:
        return self._wrong(name, clean(f"raised {type(error).__name__}: {error}"))

    def _wrong(self, name: str, told: str) -> CourseError:
        return CourseError(f"{self.where}: {name} {told}: fix it")


def held(module: ModuleType) -> Reference:
    """Return a module's functions, held to their form."""
    return Reference(module, str(getattr(module, "__file__", None) or "reference.py"))
