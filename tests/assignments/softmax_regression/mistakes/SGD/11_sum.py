"""the sum of the gradient instead of each element's own"""


def SGD(params, lr):
    for param in params:
        param[:] = param - lr * nd.sum(param.grad)
