"""A random function: no value is right, shares are."""

import numpy as np

from autograder.checks import OneOf, check


@check("dropout", weight=2, over=[0.2, 0.5, 0.9])
def zeros_a_share_and_scales_the_rest(rng, student, p):
    """dropout zeroes a share p of the elements, and divides the others by 1 - p."""
    x = rng.normal(3, 1, (100, 50)).astype("float32").astype(float)
    nothing = np.zeros_like(x)
    student.expect(
        student.dropout(x, p),
        OneOf(nothing, x / (1 - p), share=p),
        mistakes={
            "the elements that are left were not scaled by 1 / (1 - p)": OneOf(nothing, x, share=p),
            "p is the probability of dropping, not of keeping": OneOf(nothing, x / p, share=1 - p),
        },
    )


@check("dropout", hidden=True, over=[0, 1])
def the_two_ends(rng, student, p):
    """dropout keeps all for p = 0, and nothing for p = 1."""
    student.expect(student.dropout(rng.normal(size=(5, 4)), p))


@check("dropout", hidden=True)
def another_mask_each_time(rng, student):
    """dropout draws anew in each call."""
    x = rng.normal(3, 1, (20, 50))
    student.expect((student.dropout(x, 0.5) != student.dropout(x, 0.5)).sum() > 0)
