"""exponentials of the shifted scores, never divided by their sum"""


def softmax(y_linear):
    return nd.exp(y_linear - nd.max(y_linear))
