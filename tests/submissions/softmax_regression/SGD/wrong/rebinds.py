# Assigns to the loop's name.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: as they were before the call
def SGD(params, lr):
    for param in params:
        param = param - lr * param.grad
