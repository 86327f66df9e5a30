"""Keywords and whole numbers."""

from autograder.checks import check


@check("conv2d", over=[{}, {"stride": 2}, {"padding": 1}, {"stride": 3, "padding": 2}])
def slides_the_kernel(rng, student, options):
    """conv2d slides the kernel over x, with any stride and padding."""
    student.expect(student.conv2d(rng.normal(size=(9, 7)), rng.normal(size=(3, 2)), **options))


@check("max_pool2d", over=[2, 3])
def pools(rng, student, size):
    """max_pool2d is the maximum of each block; what is left over at the edges is dropped."""
    student.expect(student.max_pool2d(rng.normal(size=(7, 8)), size))
