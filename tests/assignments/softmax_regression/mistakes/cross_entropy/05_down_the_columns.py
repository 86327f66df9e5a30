"""summed down the columns: one number a class instead of one an example"""


def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat), axis=0)
