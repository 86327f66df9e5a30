# Takes the labels for the predictions.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: arguments swapped
# also: NaN or infinity
def cross_entropy(y, yhat):
    return -nd.sum(y * nd.log(yhat), axis=1)
