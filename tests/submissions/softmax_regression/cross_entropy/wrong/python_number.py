# A Python number.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: one number for the whole batch
# also: cut off
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat)).asscalar()
