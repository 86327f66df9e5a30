"""the parameters were replaced by the step instead of moved by it"""


def SGD(params, lr):
    for param in params:
        param[:] = -lr * param.grad
