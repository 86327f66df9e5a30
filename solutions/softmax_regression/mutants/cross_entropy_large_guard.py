"""A guard that hides confident mistakes."""


def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat + 1e-4), axis=1)
