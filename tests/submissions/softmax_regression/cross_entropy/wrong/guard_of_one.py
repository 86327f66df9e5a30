# log(1 + yhat) cannot be infinite.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: log(1 + yhat)
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(1 + yhat), axis=1)
