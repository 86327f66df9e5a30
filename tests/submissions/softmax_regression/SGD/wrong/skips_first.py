# Starts at 1.
# expect: at most 1.25 of 4
# kind: fundamental
# diagnosis: only the last parameter
# also: as they were before the call
# also: some of the parameters
def SGD(params, lr):
    for i in range(1, len(params)):
        params[i][:] = params[i] - lr * params[i].grad
