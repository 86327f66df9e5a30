# The mean over the classes.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: averaged over the classes
# also: number of examples
def cross_entropy(yhat, y):
    return -nd.mean(y * nd.log(yhat), axis=1)
