# Averages the gradient over the array.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: mean of the gradient
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad.mean()
