# Divides the scores by their maximum instead of subtracting it.
# expect: at most 1.25 of 4
# also: every class got the same probability
# kind: fundamental
# diagnosis: divided by the row's maximum before exp
def softmax(y_linear):
    exp = nd.exp(y_linear / y_linear.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)
