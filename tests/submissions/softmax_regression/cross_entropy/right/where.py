# Takes the logarithm only where the label is.
def cross_entropy(yhat, y):
    zeros = nd.zeros_like(yhat)
    return -nd.where(y, nd.log(yhat), zeros).sum(axis=1)
