"""Arrays that are changed in place, through several calls."""

from autograder.checks import check

SHAPES = [(3,), (2, 2), (1,)]


@check("SGD_momentum", over=[(0.05, 0.9), (0.3, 0.0)])
def velocity_builds_up(rng, student, settings):
    """SGD_momentum moves each velocity, and each parameter by it, in place."""
    params = [student.array(rng.normal(size=s), grad=True) for s in SHAPES]
    velocities = [student.array(rng.normal(size=s)) for s in SHAPES]
    for _ in range(3):
        for param, shape in zip(params, SHAPES):
            param.grad[:] = rng.normal(size=shape)
        student.SGD_momentum(params, velocities, *settings)
    for array in (*params, *velocities):
        student.expect(array)
