"""A function as an argument: the check writer's own."""

from autograder.checks import check


@check("numerical_gradient", over=["(x ** 3).sum()", "(x * x).sum() / 2"])
def differences_are_central(rng, student, formula):
    """numerical_gradient is the slope of f in each direction, and leaves x as it was."""
    f = student.helper(f"def f(x):\n    return {formula}")
    x = student.array(rng.normal(size=(2, 3)))
    student.expect(student.numerical_gradient(f, x, h=0.5), atol=1e-3)
    student.expect(x, atol=1e-6)
