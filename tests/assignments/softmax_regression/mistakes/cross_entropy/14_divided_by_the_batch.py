"""divided by the number of examples: leave averaging over the batch to the caller"""


def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat), axis=1) / y.shape[0]
