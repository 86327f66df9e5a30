# Hard-codes ten classes.
# expect: at most 2 of 4
# kind: partial
# diagnosis: shapes do not fit
def cross_entropy(yhat, y):
    return -nd.sum(y.reshape((-1, 10)) * nd.log(yhat), axis=1)
