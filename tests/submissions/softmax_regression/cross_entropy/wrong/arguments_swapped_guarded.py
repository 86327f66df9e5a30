# The same with a guard, which hides it.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: arguments swapped
# also: cut off
def cross_entropy(y, yhat):
    return -nd.sum(y * nd.log(nd.maximum(yhat, 1e-6)), axis=1)
