# Shifts by the mean: fine until one score is far above the others.
# expect: exactly 3 of 4
# kind: partial
# diagnosis: no shift by the row maximum
def softmax(y_linear):
    exp = nd.exp(y_linear - y_linear.mean(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)
