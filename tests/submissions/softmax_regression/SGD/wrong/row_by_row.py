# Writes the first row only.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: only the first row
def SGD(params, lr):
    for param in params:
        param[0] = param[0] - lr * param.grad[0]
