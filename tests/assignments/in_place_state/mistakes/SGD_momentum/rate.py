"""the learning rate is applied to the whole velocity"""


def SGD_momentum(params, velocities, lr, momentum):
    for param, velocity in zip(params, velocities):
        velocity[:] = momentum * velocity + param.grad
        param[:] = param - lr * velocity
