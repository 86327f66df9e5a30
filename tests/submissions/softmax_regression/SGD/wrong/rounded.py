# Rounds to two decimals.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: rounded
def SGD(params, lr):
    for param in params:
        param[:] = nd.round((param - lr * param.grad) * 100) / 100
