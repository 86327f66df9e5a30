# Looks at the prediction's own favourite.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: largest probability of the row
def cross_entropy(yhat, y):
    return -nd.log(yhat.max(axis=1))
