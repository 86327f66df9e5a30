# Zeros of the right shape.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: every value is zero
# also: cut off
def cross_entropy(yhat, y):
    return nd.zeros((yhat.shape[0],), ctx=yhat.context)
