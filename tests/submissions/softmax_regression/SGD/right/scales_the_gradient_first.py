# Scales the gradient in place before using it: MXNet writes it anew in every backward pass.
def SGD(params, lr):
    for param in params:
        param.grad[:] *= lr
        param[:] = param - param.grad
