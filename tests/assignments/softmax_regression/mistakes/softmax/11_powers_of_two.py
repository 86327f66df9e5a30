"""powers of 2 instead of powers of e"""


def softmax(y_linear):
    return nd.softmax(0.6931471805599453 * y_linear, axis=1)
