# Keeps the axis: a column.
# expect: at most 3.25 of 4
# expect: cross_entropy_takes_any_shape wrong
# kind: partial
# diagnosis: one column
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat), axis=1, keepdims=True)
