# Makes rows of length 1 instead of sum 1.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: length of the row
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    return exp / nd.norm(exp, axis=1, keepdims=True)
