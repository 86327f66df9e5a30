# return inside the loop.
# expect: at most 1.25 of 4
# kind: fundamental
# diagnosis: only the first parameter
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad
        return params
