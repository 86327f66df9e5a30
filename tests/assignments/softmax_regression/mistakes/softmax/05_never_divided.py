"""exponentials that were never divided by their sum"""


def softmax(y_linear):
    return nd.exp(y_linear)
