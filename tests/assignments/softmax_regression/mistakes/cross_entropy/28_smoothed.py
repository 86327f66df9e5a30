"""the labels were smoothed: the loss takes them as they are"""


def cross_entropy(yhat, y):
    return -nd.sum((0.9 * y + 0.1 / y.shape[1]) * nd.log(yhat), axis=1)
