# Takes one argument: (yhat, y) as a pair.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: another number of arguments
def cross_entropy(pair):
    yhat, y = pair
    return -nd.sum(y * nd.log(yhat), axis=1)
