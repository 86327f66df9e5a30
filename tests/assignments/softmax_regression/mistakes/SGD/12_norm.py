"""the gradient was divided by its length (its norm)"""


def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad / nd.norm(param.grad)
