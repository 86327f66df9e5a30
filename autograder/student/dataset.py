"""Where a student's machine has the course's data, and whether they are those that training was recorded with."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.checks.training import Parameters
from autograder.course import mnist
from autograder.course.mnist import Mnist
from autograder.course.settings import find_root, load
from autograder.errors import CourseError
from autograder.student.casefile import RecordedTraining

MISSING = "training needs the MNIST files: put data/mnist into the course's folder"
OTHERS = "are not the data that the assignment was released with: get the course's own to have training checked"
NEAR = 0.002  # shares of right test images that rounding may set apart


def near(folder: Path) -> Path:
    """Return the folder of the course's data: as the nearest course.yaml says, else the nearest data/mnist.

    Raises `CourseError` where there is neither.
    """
    found = mnist.near(folder)
    try:
        root = find_root(folder)
    except CourseError:
        if found is None:
            raise CourseError(MISSING) from None
        return found
    try:
        return root / load(root).data
    except CourseError:
        if found is None:
            raise
        return found


def for_training(run: RecordedTraining, folder: Path) -> tuple[Path, Mnist]:
    """Return the data for a recorded run, and their folder. Raises `CourseError` where they are missing or others."""
    place = near(folder)
    data = mnist.load(place)
    weights, bias = run.start
    pixels = data.train_images[0].size
    fits = weights.shape[0] == pixels and run.order.max() < len(data.train_images)
    fits = fits and max(data.train_labels.max(), data.test_labels.max()) < len(bias)
    if not fits or abs(accuracy(run.snapshots[-1].params, data) - run.test_accuracy) > NEAR:
        raise CourseError(f"training cannot be checked: those in {place} {OTHERS}")
    return place, data


def accuracy(params: Parameters, data: Mnist) -> float:
    """Return the share of the test images that a linear model with these parameters classifies."""
    return float((predictions(params, data) == data.test_labels).mean())


def predictions(params: Parameters, data: Mnist) -> NDArray[np.int64]:
    """Return the class of each test image, `(n,)`."""
    test = data.test_images.reshape(len(data.test_images), -1).astype(np.float64) / 255
    found: NDArray[np.int64] = np.argmax(test @ params[0] + params[1], axis=1)
    return found
