# Shifts by the minimum instead of the maximum.
# expect: exactly 3 of 4
# kind: partial
# diagnosis: no shift by the row maximum
def softmax(y_linear):
    exp = nd.exp(y_linear - y_linear.min(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)
