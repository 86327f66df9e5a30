"""the probability itself instead of its logarithm"""


def cross_entropy(yhat, y):
    return -nd.sum(y * yhat, axis=1)
