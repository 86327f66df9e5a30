# Writes the step instead of adding it.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: replaced by the step
def SGD(params, lr):
    for param in params:
        param[:] = -lr * param.grad
