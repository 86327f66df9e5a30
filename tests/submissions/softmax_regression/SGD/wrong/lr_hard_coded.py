# Writes 0.1 into the function.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: one and the same factor
def SGD(params, lr):
    lr = 0.1
    for param in params:
        param[:] = param - lr * param.grad
