# The first one, then the rest.
def SGD(params, lr):
    if not params:
        return
    first, *rest = params
    first[:] = first - lr * first.grad
    SGD(rest, lr)
