# The lesson's own code.
def SGD(params, lr):    
    for param in params:
        param[:] = param - lr * param.grad
