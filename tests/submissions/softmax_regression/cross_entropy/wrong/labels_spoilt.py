# Negates the labels in place.
# expect: at most 3.75 of 4
# kind: partial
# diagnosis: in place
def cross_entropy(yhat, y):
    y *= -1
    return nd.sum(y * nd.log(yhat), axis=1)
