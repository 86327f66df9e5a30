# Never sums.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: never summed over the classes
def cross_entropy(yhat, y):
    return -y * nd.log(yhat)
