# Makes sure by slicing.
def SGD(params, lr):
    for p in params:
        p[:] -= lr * p.grad
