"""The training data as a worker holds it, and the lesson's `get_mnist()` made of it.

Only the training files exist inside the sandbox. What `get_mnist()` calls test data there is the last 10,000
training images: real digits of the right shape, and no test label within reach of a submission.
"""

import numpy as np
from numpy.typing import NDArray

from autograder.idx import Bytes

STAND_IN = 10_000  # training images that play the test set


def lesson_mnist(images: Bytes, labels: Bytes) -> dict[str, NDArray[np.generic]]:
    """Return what `mx.test_utils.get_mnist()` returns: float32 images in [0, 1], `(n, 1, 28, 28)`; int labels."""
    pixels = images.reshape(-1, 1, 28, 28).astype(np.float32) / 255
    return {
        "train_data": pixels,
        "train_label": labels.astype(np.int32),
        "test_data": pixels[-STAND_IN:].copy(),
        "test_label": labels[-STAND_IN:].astype(np.int32),
    }
