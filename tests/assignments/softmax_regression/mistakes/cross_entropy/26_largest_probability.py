"""log of the largest probability of the row instead of the one that the label points to"""


def cross_entropy(yhat, y):
    return -nd.log(nd.max(yhat, axis=1))
