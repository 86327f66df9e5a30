# Divides by the learning rate.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: divided by the learning rate
def SGD(params, lr):
    for param in params:
        param[:] = param - param.grad / lr
