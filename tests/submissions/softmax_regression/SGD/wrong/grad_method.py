# Calls grad as if it were a method.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: no function is
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad()
