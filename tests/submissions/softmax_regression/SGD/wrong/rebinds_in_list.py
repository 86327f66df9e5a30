# Puts new arrays into the list.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: as they were before the call
def SGD(params, lr):
    for i in range(len(params)):
        params[i] = params[i] - lr * params[i].grad
