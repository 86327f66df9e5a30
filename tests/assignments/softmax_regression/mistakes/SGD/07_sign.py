"""the sign of the gradient instead of the gradient"""


def SGD(params, lr):
    for param in params:
        param[:] = param - lr * nd.sign(param.grad)
