# Writes the gradient into the parameter.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: replaced by their gradients
def SGD(params, lr):
    for param in params:
        param[:] = param.grad
