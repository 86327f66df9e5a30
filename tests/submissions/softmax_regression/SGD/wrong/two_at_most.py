# Knows of two parameters, W and b.
# expect: at most 3 of 4
# expect: updates_every_parameter wrong
# kind: partial
# diagnosis: some of the parameters
def SGD(params, lr):
    for param in params[:2]:
        param[:] = param - lr * param.grad
