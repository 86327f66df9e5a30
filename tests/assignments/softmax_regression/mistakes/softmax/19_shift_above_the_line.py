"""shifted in the numerator but not in the sum: both need the same shift"""


def softmax(y_linear):
    e = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    return e / nd.sum(nd.exp(y_linear), axis=1, keepdims=True)
