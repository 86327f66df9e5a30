"""exponentials of the shifted scores, never divided by their sum"""


def softmax(y_linear):
    e = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    return e
