# Rounds the loss.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: rounded
# also: cut off
def cross_entropy(yhat, y):
    return nd.round(-nd.sum(y * nd.log(yhat), axis=1) * 10) / 10
