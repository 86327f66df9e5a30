# Uses the size of the gradient.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: absolute value of the gradient
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad.abs()
