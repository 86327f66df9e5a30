"""normalised down the columns (axis 0) instead of along each row"""


def softmax(y_linear):
    e = nd.exp(y_linear - nd.max(y_linear, axis=0, keepdims=True))
    return e / nd.sum(e, axis=0, keepdims=True)
