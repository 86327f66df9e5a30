# Divides by the mean of the row.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: mean instead of its sum
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    return exp / nd.mean(exp, axis=1, keepdims=True)
