"""the velocities are not changed in place"""


def SGD_momentum(params, velocities, lr, momentum):
    for param, velocity in zip(params, velocities):
        param[:] = param - (momentum * velocity + lr * param.grad)
