"""one minus the probability of the right class: the logarithm is missing"""


def cross_entropy(yhat, y):
    return 1 - nd.sum(y * yhat, axis=1)
