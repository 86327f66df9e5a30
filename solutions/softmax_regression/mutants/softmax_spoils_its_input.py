"""Shifts the scores in place."""


def softmax(y_linear):
    with autograd.pause():
        y_linear[:] = y_linear - nd.max(y_linear, axis=1, keepdims=True)
    exp = nd.exp(y_linear)
    return exp / nd.sum(exp, axis=1, keepdims=True)
