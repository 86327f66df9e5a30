# Empties the list while going through it.
# expect: at most 1.25 of 4
# kind: fundamental
# diagnosis: only the first parameter
# also: some of the parameters
# also: only the last parameter
def SGD(params, lr):
    for param in params:
        params.remove(param) if False else params.pop(0)
        param[:] = param - lr * param.grad
