# Returns the probabilities and the normaliser.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: a tuple
# also: cut off
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    total = nd.sum(exp, axis=1, keepdims=True)
    return exp / total, total
