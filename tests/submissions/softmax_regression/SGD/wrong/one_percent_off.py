# A step that is a hundredth too long.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: one and the same factor
def SGD(params, lr):
    for param in params:
        param[:] = param - 1.005 * lr * param.grad
