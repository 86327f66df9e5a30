# Swapped, with an added guard of another size.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: arguments swapped
# also: cut off
def cross_entropy(y, yhat):
    return -nd.sum(y * nd.log(yhat + 1e-9), axis=1)
