# A while loop with a counter.
def SGD(params, lr):
    i = 0
    while i < len(params):
        grad = params[i].grad
        params[i][:] = params[i] - lr * grad
        i += 1
