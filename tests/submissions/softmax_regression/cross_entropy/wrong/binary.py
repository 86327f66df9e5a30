# Binary cross-entropy for each class.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: binary cross-entropy
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat) + (1 - y) * nd.log(1 - yhat), axis=1)
