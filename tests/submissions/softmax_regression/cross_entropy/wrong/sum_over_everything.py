# Forgets the axis.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: one number for the whole batch
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat))
