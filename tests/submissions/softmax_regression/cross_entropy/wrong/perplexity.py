# Takes the exponential once more.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: without the logarithm
def cross_entropy(yhat, y):
    return nd.exp(-nd.sum(y * nd.log(yhat), axis=1))
