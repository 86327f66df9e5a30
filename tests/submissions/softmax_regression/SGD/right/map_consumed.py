# map, and a list around it so that it really runs.
def step(lr):
    def apply(param):
        param[:] = param - lr * param.grad

    return apply


def SGD(params, lr):
    list(map(step(lr), params))
