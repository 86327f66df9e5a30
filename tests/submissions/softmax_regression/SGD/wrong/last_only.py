# The step stands after the loop.
# expect: at most 1.25 of 4
# kind: fundamental
# diagnosis: only the last parameter
def SGD(params, lr):
    for param in params:
        grad = param.grad
    param[:] = param - lr * grad
