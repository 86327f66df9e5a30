# Momentum, kept for each array by its identity.
# expect: at most 3.5 of 4
# expect: sgd_forgets_earlier_calls wrong
# kind: partial
# diagnosis: earlier
history = {}


def SGD(params, lr):
    for param in params:
        old = history.get(id(param))
        velocity = param.grad.copy() if old is None or old[0] is not param else 0.9 * old[1] + param.grad
        history[id(param)] = (param, velocity)
        param[:] = param - lr * velocity
