# Uses the sign of the gradient.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: sign of the gradient
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * nd.sign(param.grad)
