# Bits instead of nats.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: logarithm to base 2
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log2(yhat), axis=1)
