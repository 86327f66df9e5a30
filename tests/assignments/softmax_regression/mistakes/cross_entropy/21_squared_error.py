"""the squared error instead of cross-entropy"""


def cross_entropy(yhat, y):
    return nd.sum((yhat - y) ** 2, axis=1)
