"""parameter and gradient are exchanged: the gradient takes the factor lr"""


def SGD(params, lr):
    for param in params:
        param[:] = lr * param - param.grad
