# Takes axis 0 for "along the row".
# expect: at most 1 of 4
# expect: rows_are_distributions wrong
# kind: fundamental
# diagnosis: down the columns (axis 0)
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=0, keepdims=True))
    return exp / nd.sum(exp, axis=0, keepdims=True)
