# Sums first, then guards, then takes the logarithm.
def cross_entropy(yhat, y):
    right = nd.sum(yhat * y, axis=1)
    return -nd.log(right + 1e-6)
