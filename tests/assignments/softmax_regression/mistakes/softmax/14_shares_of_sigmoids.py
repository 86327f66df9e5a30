"""a sigmoid of each score by itself instead of a softmax over the row"""


def softmax(y_linear):
    s = nd.sigmoid(y_linear)
    return s / nd.sum(s, axis=1, keepdims=True)
