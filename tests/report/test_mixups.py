"""Facts about how a training run's reading of the test digits is counted."""

import numpy as np

from autograder.checks.training import MISREAD, reading


def test_confusion_counts_each_label_and_what_it_was_read_as() -> None:
    """Rows are labels, columns what they were read as."""
    found = reading(np.array([0, 0, 1, 2], np.uint8), np.array([0, 2, 1, 1]), 3)
    assert found.confusion == ((1, 0, 1), (0, 1, 0), (0, 1, 0))


def test_examples_are_the_first_of_the_commonest_mixups() -> None:
    """One example a mix-up, the commonest first, ties in the order of the digits; what was read right is none."""
    found = reading(np.array([1, 0, 2, 2, 0, 1]), np.array([1, 1, 0, 0, 2, 1]), 3)
    assert found.misread == ((2, 2, 0), (1, 0, 1), (4, 0, 2))


def test_no_more_examples_are_kept_than_are_shown() -> None:
    """However much is misread, a few examples are enough."""
    labels = np.repeat(np.arange(10), 10)
    found = reading(labels, np.tile(np.arange(10), 10), 10)
    assert len(found.misread) == MISREAD
    assert sum(map(sum, found.confusion)) == 100
