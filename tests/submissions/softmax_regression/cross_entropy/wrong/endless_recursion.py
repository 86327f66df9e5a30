# Calls itself.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: calls itself
def cross_entropy(yhat, y):
    return -cross_entropy(nd.log(yhat), y)
