# Everyone gets the batch's total.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: every value is the same
def cross_entropy(yhat, y):
    return nd.broadcast_to(-nd.sum(y * nd.log(yhat)), shape=(yhat.shape[0],))
