# Skips what is no matrix.
# expect: at most 2 of 4
# kind: partial
# diagnosis: only the first parameter
# also: some of the parameters
# also: as they were before the call
def SGD(params, lr):
    for param in params:
        if param.ndim == 2:
            param[:] = param - lr * param.grad
