"""a number was added to the sum that divides: nothing else belongs there"""

each = {"number": [1, 0.5, 0.1, 0.05, 0.01, 1e-3]}


def softmax(y_linear):
    e = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    return e / (number + nd.sum(e, axis=1, keepdims=True))
