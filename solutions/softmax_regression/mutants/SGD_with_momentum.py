"""Remembers the last step."""

velocity = {}


def SGD(params, lr):
    for i, param in enumerate(params):
        step = lr * param.grad
        if i in velocity and velocity[i].shape == step.shape:
            step = step + 0.5 * velocity[i]
        velocity[i] = step.copy()
        param[:] = param - step
