# Returns new arrays.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: as they were before the call
def SGD(params, lr):
    return [param - lr * param.grad for param in params]
