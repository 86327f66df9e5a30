# Divides by the norm of the gradient.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: divided by its length
# also: one and the same factor
def SGD(params, lr):
    for param in params:
        param[:] = param - lr * param.grad / param.grad.norm()
