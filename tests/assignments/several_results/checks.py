"""Three results, state that is changed in place, a flag and keywords."""

from autograder.checks import check


def drawn(rng, n, d):
    """Draw x, gamma, beta, moving mean and moving variance."""
    return [rng.normal(2, 3, (n, d)), *(rng.uniform(0.5, 2, d) for _ in range(4))]


@check("batch_norm", over=[(32, 4), (8, 7)])
def normalises_each_feature(rng, student, shape):
    """While training, batch_norm normalises each feature with the batch's own mean and variance."""
    x, gamma, beta, mean, var = drawn(rng, *shape)
    for part in student.batch_norm(x, gamma, beta, True, student.array(mean), student.array(var)).parts(3):
        student.expect(part)


@check("batch_norm")
def moves_the_averages(rng, student):
    """While training, batch_norm moves the moving mean and variance in place; the momentum is an argument."""
    x, gamma, beta, mean, var = drawn(rng, 16, 5)
    mean, var = student.array(mean), student.array(var)
    student.batch_norm(x, gamma, beta, True, mean, var)
    student.batch_norm(x, gamma, beta, is_training=True, moving_mean=mean, moving_var=var, momentum=0.5)
    student.expect(mean)
    student.expect(var)


@check("batch_norm", hidden=True)
def predicts_with_the_averages(rng, student):
    """When not training, batch_norm uses the moving mean and variance, and leaves them alone."""
    x, gamma, beta, mean, var = drawn(rng, 16, 5)
    mean, var = student.array(mean), student.array(var)
    student.expect(student.batch_norm(x, gamma, beta, False, mean, var)[0])
    student.expect(mean)
    student.expect(var)
