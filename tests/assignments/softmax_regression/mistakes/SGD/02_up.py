"""stepped up the gradient instead of down"""


def SGD(params, lr):
    for param in params:
        param[:] = param + lr * param.grad
