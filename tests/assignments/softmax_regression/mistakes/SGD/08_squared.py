"""the gradient was squared"""


def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad**2
