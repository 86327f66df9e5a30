# Concatenates the examples the wrong way round.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: in another order
def cross_entropy(yhat, y):
    return nd.reverse(-nd.sum(y * nd.log(yhat), axis=1), axis=0)
