"""a sigmoid of each score by itself instead of a softmax over the row"""


def softmax(y_linear):
    return nd.sigmoid(y_linear)
