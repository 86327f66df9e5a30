# Momentum, kept by position.
# expect: at most 2 of 4
# expect: sgd_forgets_earlier_calls wrong
# kind: fundamental
# diagnosis: earlier
velocities = {}


def SGD(params, lr):
    for i, param in enumerate(params):
        key = (i, param.shape)
        velocities[key] = 0.9 * velocities.get(key, nd.zeros_like(param.as_in_context(param.context))) + param.grad
        param[:] = param - lr * velocities[key]
