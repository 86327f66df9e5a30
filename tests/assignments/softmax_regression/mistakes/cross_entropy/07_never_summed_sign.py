"""never summed over the classes: the result still has one column a class"""


def cross_entropy(yhat, y):
    return y * nd.log(yhat)
