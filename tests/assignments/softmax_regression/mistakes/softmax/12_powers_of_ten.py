"""powers of 10 instead of powers of e"""


def softmax(y_linear):
    return nd.softmax(2.302585092994046 * y_linear, axis=1)
