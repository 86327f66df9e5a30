# Changes in place, and returns the list as well.
def SGD(params, lr):
    for param in params:
        param[:] = param + (-lr) * param.grad
    return params
