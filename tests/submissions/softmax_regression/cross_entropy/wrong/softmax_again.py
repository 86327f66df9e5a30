# Takes yhat for scores.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: softmax to yhat once more
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log_softmax(yhat), axis=1)
