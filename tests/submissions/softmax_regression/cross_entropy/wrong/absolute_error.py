# The absolute error.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: absolute error
def cross_entropy(yhat, y):
    return nd.abs(yhat - y).sum(axis=1)
