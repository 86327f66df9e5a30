"""the difference is the wrong way round: subtract the step from the parameter"""


def SGD(params, lr):
    for param in params:
        param[:] = lr * param.grad - param
