# Squares the gradient.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: gradient was squared
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad ** 2
