"""Takes ten classes for granted."""


def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    return exp / sum(exp[:, i] for i in range(10)).reshape((-1, 1))
