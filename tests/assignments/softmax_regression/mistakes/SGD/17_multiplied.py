"""the parameters were multiplied by the step instead of moved by it"""


def SGD(params, lr):
    for param in params:
        param[:] = param * (1 - lr * param.grad)
