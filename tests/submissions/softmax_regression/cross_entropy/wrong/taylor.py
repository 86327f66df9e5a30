# log(p) is about p - 1.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: one minus the probability
def cross_entropy(yhat, y):
    return -nd.sum(y * (yhat - 1), axis=1)
