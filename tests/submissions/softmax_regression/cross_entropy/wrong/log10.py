# The decimal logarithm.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: logarithm to base 10
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log10(yhat), axis=1)
