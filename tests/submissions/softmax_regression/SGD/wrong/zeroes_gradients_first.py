# Zeroes the gradients before the step.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: set to zero
def SGD(params, lr):
    for param in params:
        param.grad[:] = 0
        param[:] = param - lr * param.grad
