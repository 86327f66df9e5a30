# Sums down the columns.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: one number a class
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat), axis=0)
