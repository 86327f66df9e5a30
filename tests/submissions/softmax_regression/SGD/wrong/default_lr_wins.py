# Prefers a default to what it is given.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: one and the same factor
def SGD(params, lr=None):
    rate = 0.03
    for param in params:
        param[:] = param - rate * param.grad
