"""Where to put the thresholds of training: run the reference over many seeds and look at the tails.

A correct submission follows the reference, so its final loss and accuracy are the reference's. The threshold goes
where a fitted normal tail says that a correct submission fails at most once in 1 / `rate`.
"""

import math
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist, fmean, stdev

import numpy as np

from autograder import blas
from autograder.checks import reference as references
from autograder.checks import suite, training
from autograder.course import mnist
from autograder.course.settings import Course
from autograder.course.settings import Training as TrainingSettings
from autograder.errors import CourseError, MachineError

BARS = 48  # width of the text histogram
BINS = 20


@dataclass(frozen=True)
class Spread:
    """What many seeds gave for one quantity."""

    what: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean."""
        return fmean(self.values)

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return stdev(self.values)

    @property
    def skewness(self) -> float:
        """The third standardised moment: 0 for a normal distribution."""
        return self._moment(3)

    @property
    def excess(self) -> float:
        """The fourth standardised moment less 3: above 0 the tails are heavier than a normal distribution's."""
        return self._moment(4) - 3 if self.sd else 0.0

    def _moment(self, order: int) -> float:
        """Return a standardised moment; 0 where all values are the same."""
        return fmean(((v - self.mean) / self.sd) ** order for v in self.values) if self.sd else 0.0

    def below(self, rate: float) -> float:
        """Return the value that a share `rate` of all seeds stays below, from a normal fit.

        Where the sample is wider than the fit says, the fit is widened until it covers the sample's own extreme.
        """
        if not self.sd:
            return self.mean
        n = len(self.values)
        z = NormalDist().inv_cdf(1 / (n + 1))
        widened = max(1.0, (min(self.values) - self.mean) / (z * self.sd))
        return self.mean + NormalDist().inv_cdf(rate) * self.sd * widened


@dataclass(frozen=True)
class Calibration:
    """What calibrating one assignment found."""

    assignment: str
    rate: float
    accuracy: Spread
    loss: Spread
    drift: Spread  # a float32 run's distance from the float64 path at its end, relative to the way it went
    first_drift: Spread  # the same, after the first steps that are followed one by one
    settings: TrainingSettings

    @property
    def min_test_accuracy(self) -> float:
        """The proposed threshold, rounded down to a thousandth."""
        return math.floor(self.accuracy.below(self.rate) * 1000) / 1000


def calibrate(
    root: Path, course: Course, name: str, *, seeds: int, rate: float, jobs: int, each: Callable[[int], None]
) -> Calibration:
    """Run the reference for `seeds` seeds; `each` is told how many are done. Raises `CourseError`."""
    settings = course.assignments[name].training
    if settings is None:
        raise CourseError(f"course.yaml: assignments.{name} has no training to calibrate")
    found: list[tuple[float, float, float, float]] = []
    with ProcessPoolExecutor(jobs, initializer=blas.one_thread) as pool:
        work = [pool.submit(_outcomes, root, course, name, s, min(s + 10, seeds)) for s in range(0, seeds, 10)]
        try:
            for part in as_completed(work):
                found += part.result()
                each(len(found))
        except BrokenProcessPool:
            raise MachineError(
                "a process that computed was killed: is the machine out of memory? Try --jobs 1"
            ) from None
        except CourseError:
            pool.shutdown(cancel_futures=True)
            raise
    found.sort()
    accuracy, loss, drift, first = zip(*found, strict=True)
    return Calibration(
        assignment=name,
        rate=rate,
        accuracy=Spread("test accuracy", accuracy),
        loss=Spread("training loss at the end", loss),
        drift=Spread("float32's drift from the path, at the end", drift),
        first_drift=Spread(f"float32's drift from the path, after {settings.followed_steps} steps", first),
        settings=settings,
    )


def _outcomes(root: Path, course: Course, name: str, first: int, end: int) -> list[tuple[float, float, float, float]]:
    """Return accuracy, loss and drifts for the seeds from `first` up to `end`."""
    settings = course.assignments[name].training
    assert settings is not None
    data = mnist.load(root / course.data)
    reference = references.held(suite.reference_of(root, name))
    training.require_steps(settings, len(data.train_images))
    images = data.train_images.reshape(len(data.train_images), -1).astype(np.float32) / 255
    test = data.test_images.reshape(len(data.test_images), -1).astype(np.float64) / 255
    some, labels = images[: training.LOSS_EXAMPLES].astype(np.float64), data.train_labels
    classes = int(labels.max()) + 1
    found = []
    for seed in range(first, end):
        rng = np.random.default_rng([seed, 0xCA11B])
        order, weights, bias = training.draw(settings, images.shape, classes, rng)
        start = (weights.astype(np.float64), bias.astype(np.float64))
        path = list(reference.path(*start, images, labels, order, settings.lr))
        narrow = list(reference.narrow_path(*start, images, labels, order, settings.lr))
        found.append(
            (
                float((reference.predictions(test, *path[-1]) == data.test_labels).mean()),
                float(reference.mean_loss(*path[-1], some, labels[: len(some)])),
                _distance(narrow[-1], path[-1], start),
                _distance(narrow[settings.followed_steps - 1], path[settings.followed_steps - 1], start),
            )
        )
    return found


def _distance(got: training.Parameters, want: training.Parameters, start: training.Parameters) -> float:
    return max(float(np.linalg.norm(g - w) / np.linalg.norm(w - s)) for g, w, s in zip(got, want, start, strict=True))


def told(found: Calibration) -> str:
    """Put a calibration into words, with a histogram of each quantity."""
    lines = [f"{found.assignment}: the reference over {len(found.accuracy.values)} seeds"]
    for spread in (found.accuracy, found.loss, found.first_drift, found.drift):
        lines += [
            "",
            f"{spread.what}: mean {spread.mean:.6g}, sd {spread.sd:.3g}, least {min(spread.values):.6g}, "
            f"most {max(spread.values):.6g}, skewness {spread.skewness:.2f}, excess kurtosis {spread.excess:.2f}",
        ]
        lines += _histogram(spread.values)
    settings = found.settings
    lines += [
        "",
        f"proposed for a false failure once in {1 / found.rate:.0e} correct submissions:",
        f"  min_test_accuracy: {found.min_test_accuracy:.3f}   (course.yaml has {settings.min_test_accuracy:g})",
        f"  step_tolerance: course.yaml has {settings.step_tolerance:g}, "
        f"{_times(settings.step_tolerance, found.first_drift)}",
        f"  path_tolerance: course.yaml has {settings.path_tolerance:g}, "
        f"{_times(settings.path_tolerance, found.drift)}",
    ]
    return "\n".join(lines)


def _times(tolerance: float, drift: Spread) -> str:
    largest = max(drift.values)
    return f"{tolerance / largest:.0f} times the largest drift seen" if largest else "and no drift was seen"


def _histogram(values: tuple[float, ...]) -> list[str]:
    counts, edges = np.histogram(values, BINS)
    most = max(counts)
    return [
        f"  {e:>10.4g} {'█' * round(BARS * c / most)} {c or ''}".rstrip() for c, e in zip(counts, edges, strict=False)
    ]


def plot(found: Calibration, path: Path) -> None:
    """Draw the distribution of accuracy and loss with the fitted normal and the threshold, as PNG."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow, and only this needs it

    figure = Figure(figsize=(10, 3.6), layout="constrained")
    for axes, spread in zip(figure.subplots(1, 2), (found.accuracy, found.loss), strict=True):
        axes.hist(spread.values, 30, density=True, color="#7aa6d8")
        x = np.linspace(spread.mean - 6 * spread.sd, spread.mean + 6 * spread.sd, 300)
        axes.plot(x, [NormalDist(spread.mean, spread.sd).pdf(v) for v in x], color="#333")
        axes.set(xlabel=spread.what, yticks=[], title=f"{len(spread.values)} seeds")
    figure.axes[0].axvline(found.min_test_accuracy, color="#c5221f", linestyle="--")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
