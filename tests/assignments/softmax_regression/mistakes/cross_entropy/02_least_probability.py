"""a guard inside the logarithm, or a cap on the loss, is too large: it hides confident mistakes"""

each = {"guard": [1e-2, 2e-2, 3e-2, 5e-2, 1e-3, 2e-3, 3e-3, 5e-3, 1e-4, 2e-4, 3e-4, 5e-4, 1e-5, 2e-5, 3e-5, 5e-5]}


def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(nd.maximum(yhat, guard)), axis=1)
