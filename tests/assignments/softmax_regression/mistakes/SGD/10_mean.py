"""the mean of the gradient instead of each element's own"""


def SGD(params, lr):
    for param in params:
        param[:] = param - lr * nd.mean(param.grad)
