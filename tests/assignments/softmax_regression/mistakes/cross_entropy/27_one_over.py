"""one over the probability, without the logarithm (an exponential too many?)"""


def cross_entropy(yhat, y):
    return 1 / nd.sum(y * yhat, axis=1)
