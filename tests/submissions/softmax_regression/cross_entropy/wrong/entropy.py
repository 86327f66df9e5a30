# The entropy of the prediction.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: entropy of the prediction
def cross_entropy(yhat, y):
    return -nd.sum(yhat * nd.log(yhat), axis=1)
