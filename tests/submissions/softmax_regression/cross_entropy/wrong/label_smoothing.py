# Smooths the labels, which was not asked.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: labels were smoothed
def cross_entropy(yhat, y):
    t = 0.9 * y + 0.1 / y.shape[1]
    return -nd.sum(t * nd.log(yhat), axis=1)
