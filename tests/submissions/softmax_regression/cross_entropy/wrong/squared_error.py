# The squared error.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: squared error
def cross_entropy(yhat, y):
    return nd.sum((yhat - y) ** 2, axis=1)
