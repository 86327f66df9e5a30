# Zeroes the gradients after the step, as other frameworks need.
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad
        param.grad[:] = 0
