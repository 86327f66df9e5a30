# Multiplies instead of subtracting.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: multiplied
def SGD(params, lr):
    for param in params:
        param[:] = param * (1 - lr * param.grad)
