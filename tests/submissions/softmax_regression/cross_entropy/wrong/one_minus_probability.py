# One minus the probability.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: one minus the probability
def cross_entropy(yhat, y):
    return 1 - nd.sum(y * yhat, axis=1)
