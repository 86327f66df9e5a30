# Expects the gradients as an argument.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: another number of arguments
def SGD(params, grads, lr):
    for param, grad in zip(params, grads):
        param[:] = param - lr * grad
