# Takes the logarithm in place, recorded or not.
# expect: at most 3 of 4
# expect: cross_entropy_gradient_flows raised
# kind: partial
# diagnosis: in place
def cross_entropy(yhat, y):
    yhat[:] = nd.log(yhat)
    return -nd.sum(y * yhat, axis=1)
