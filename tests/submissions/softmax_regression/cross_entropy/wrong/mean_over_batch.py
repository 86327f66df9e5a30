# Averages over the batch.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: one number for the whole batch
# also: one number came out
def cross_entropy(yhat, y):
    return -nd.mean(nd.sum(y * nd.log(yhat), axis=1))
