# Keeps the step out of any recording.
def SGD(params, lr):
    with autograd.pause():
        for param in params:
            param[:] = param - lr * param.grad
