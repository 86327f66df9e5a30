# Works on the flat view of each array, element ranges of a row at a time.
def SGD(params, lr):
    for param in params:
        new = (param.reshape((-1,)) - lr * param.grad.reshape((-1,))).reshape(param.shape)
        param[:] = new
