# Updates the notebook's parameters instead of its argument.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: as they were before the call
# also: a name that has no value
def SGD(parameters, lr):
    for param in params:
        param[:] = param - lr * param.grad
