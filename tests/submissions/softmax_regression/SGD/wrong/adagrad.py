# Divides by the root of the squared gradient.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: sign of the gradient
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad / nd.sqrt(param.grad ** 2 + 1e-12)
