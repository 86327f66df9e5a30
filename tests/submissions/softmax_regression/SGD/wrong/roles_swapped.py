# Multiplies the parameter by lr instead of the gradient.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: exchanged
def SGD(params, lr):
    for param in params:
        param[:] = lr * param - param.grad
