# Subtracts the scores from the maximum, not the maximum from the scores.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: sign of the scores is flipped
def softmax(y_linear):
    exp = nd.exp(nd.max(y_linear, axis=1, keepdims=True) - y_linear)
    return exp / exp.sum(axis=1, keepdims=True)
