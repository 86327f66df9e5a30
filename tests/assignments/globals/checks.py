"""Functions on globals that the check sets."""

from autograder.checks import check


@check("net", over=[5, 1], also=["gradient", "kept"])
def is_linear(rng, student, batch):
    """net(x) is x times W plus b, as they are at the time of the call."""
    student["W"] = student.array(rng.normal(size=(4, 3)), grad=True)
    student["b"] = student.array(rng.normal(size=3), grad=True)
    student.expect(student.net(rng.normal(size=(batch, 4))))
