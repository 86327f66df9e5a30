# A sigmoid, then normalised.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: sigmoid
# also: every class got the same probability
def softmax(y_linear):
    s = nd.sigmoid(y_linear)
    return s / s.sum(axis=1, keepdims=True)
