# Forgets the logarithm.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: instead of its logarithm
def cross_entropy(yhat, y):
    return -nd.sum(y * yhat, axis=1)
