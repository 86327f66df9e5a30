# Clips its argument in place.
# expect: at most 3.75 of 4
# kind: partial
# diagnosis: in place
def cross_entropy(yhat, y):
    if not autograd.is_recording():
        yhat[:] = nd.log(yhat)
        return -nd.sum(y * yhat, axis=1)
    return -nd.sum(y * nd.log(yhat), axis=1)
