# Weight decay on top.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: shrunk
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * (param.grad + 0.01 * param)
