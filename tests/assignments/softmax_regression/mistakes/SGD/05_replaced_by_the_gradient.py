"""the parameters were replaced by their gradients"""


def SGD(params, lr):
    for param in params:
        param[:] = param.grad
