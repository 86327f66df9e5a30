"""the learning rate was left out"""


def SGD(params, lr):
    for param in params:
        param[:] = param - param.grad
