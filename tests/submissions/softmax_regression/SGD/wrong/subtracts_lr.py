# Subtracts the learning rate itself.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: does not depend on the gradient
def SGD(params, lr):
    for param in params:
        param[:] = param - lr
