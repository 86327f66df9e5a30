# Forgets the learning rate.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: learning rate was left out
def SGD(params, lr):
    for param in params:
        param[:] = param - param.grad
