# Leaves the labels out.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: labels were left out
def cross_entropy(yhat, y):
    return -nd.sum(nd.log(yhat), axis=1)
