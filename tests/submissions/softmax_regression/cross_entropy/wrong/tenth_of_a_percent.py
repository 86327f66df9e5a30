# Off by a factor of 0.999.
# expect: at most 1 of 4
# varies: follows_the_gradient
# kind: fundamental
# diagnosis: right to within a percent
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat), axis=1) * 0.999
