# Uses the notebook's labels instead of its argument.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: a name that has no value
def cross_entropy(yhat, y):
    return -nd.sum(label_one_hot * nd.log(yhat), axis=1)
