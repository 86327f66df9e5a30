# Expects digits instead of one-hot rows.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: shapes do not fit
def cross_entropy(yhat, y):
    return -nd.sum(nd.one_hot(y, 10) * nd.log(yhat), axis=1)
