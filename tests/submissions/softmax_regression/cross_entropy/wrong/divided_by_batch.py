# One loss an example, but divided by the batch size.
# expect: at most 1.25 of 4
# kind: fundamental
# diagnosis: divided by the number of examples
# also: averaged over the classes
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat), axis=1) / yhat.shape[0]
