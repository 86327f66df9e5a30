# pick with the whole one-hot matrix.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: shapes do not fit
def cross_entropy(yhat, y):
    return -nd.log(nd.pick(yhat, y))
