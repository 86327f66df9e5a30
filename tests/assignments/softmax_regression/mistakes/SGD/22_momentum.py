"""the second step differs from the first: something is kept from earlier calls (momentum?)"""

each = {"momentum": [0.5, 0.8, 0.9, 0.95, 0.99]}

velocities = {}


def SGD(params, lr):
    for i, param in enumerate(params):
        velocities[i] = momentum * velocities.get(i, 0) + lr * param.grad
        param[:] = param - velocities[i]
