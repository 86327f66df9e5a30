# Uses the parameter where the gradient was meant.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: without the gradient
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param
