# Loops over ten classes, whatever there are.
# expect: at most 2 of 4
# kind: partial
# diagnosis: an item that is not there
# also: shapes do not fit
def cross_entropy(yhat, y):
    total = 0
    for c in range(10):
        total = total - y[:, c] * nd.log(yhat[:, c])
    return total
