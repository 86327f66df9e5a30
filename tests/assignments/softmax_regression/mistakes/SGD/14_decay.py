"""the parameters were shrunk as well (weight decay, or 1 - lr as a factor)"""

each = {"decay": [1, 0.5, 0.1, 0.01, 1e-3, 5e-4, 1e-4]}


def SGD(params, lr):
    for param in params:
        param[:] = param - lr * (param.grad + decay * param)
