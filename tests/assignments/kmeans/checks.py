"""Whole numbers as results and as arguments."""

from autograder.checks import check


@check("assign", over=[(20, 2, 3), (7, 5, 4)], also=["kept", "device"])
def nearest_center(rng, student, sizes):
    """assign gives each row the index of its nearest center."""
    n, d, k = sizes
    student.expect(student.assign(rng.normal(size=(n, d)), rng.normal(size=(k, d))))


@check("update_centers", over=[(20, 2, 3), (9, 4, 5)])
def means_of_clusters(rng, student, sizes):
    """update_centers is the mean of each cluster, and 0 for one that is empty."""
    n, d, k = sizes
    labels = student.array(rng.integers(0, k - 1, n), dtype="int32")
    student.expect(student.update_centers(rng.normal(size=(n, d)), labels, k))
