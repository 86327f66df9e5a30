"""a hard maximum: one for the largest score, zero for the others"""


def softmax(y_linear):
    return nd.one_hot(nd.argmax(y_linear, axis=1), y_linear.shape[1])
