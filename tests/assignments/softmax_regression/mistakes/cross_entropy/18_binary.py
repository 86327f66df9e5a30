"""binary cross-entropy: also counted log(1 - yhat) for the wrong classes"""


def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat) + (1 - y) * nd.log(1 - yhat), axis=1)
