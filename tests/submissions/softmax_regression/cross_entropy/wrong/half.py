# A factor 1/2, by analogy with the squared loss.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: one and the same factor
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat), axis=1) / 2
