"""only the last parameter was updated: go through all of them"""


def SGD(params, lr):
    for param in params[-1:]:
        param[:] = param - lr * param.grad
