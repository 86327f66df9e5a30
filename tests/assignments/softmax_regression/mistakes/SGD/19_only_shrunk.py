"""the parameters were shrunk, without the gradient"""


def SGD(params, lr):
    for param in params:
        param[:] = (1 - lr) * param
