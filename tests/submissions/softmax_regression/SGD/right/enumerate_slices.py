# By index, with slice assignment.
def SGD(params, lr):
    for i, param in enumerate(params):
        params[i][:] = param - param.grad * lr
