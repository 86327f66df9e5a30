# Divides by the number of rows of the parameter.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: one and the same factor
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad / len(param)
