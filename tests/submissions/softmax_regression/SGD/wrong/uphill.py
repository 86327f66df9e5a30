# Steps up the gradient.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: up the gradient
def SGD(params, lr):
    for param in params:
        param[:] = param + lr * param.grad
