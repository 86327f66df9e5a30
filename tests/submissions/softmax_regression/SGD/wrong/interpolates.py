# (1 - lr) * param - lr * grad, from a moving average.
# expect: at most 0 of 4
# kind: fundamental
# diagnosis: shrunk
def SGD(params, lr):
    for param in params:
        param[:] = (1 - lr) * param - lr * param.grad
