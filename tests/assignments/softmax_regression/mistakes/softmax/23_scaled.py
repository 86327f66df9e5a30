"""the scores were scaled before the exponential: softmax takes them as they are"""

each = {"factor": [0.1, 0.5, 2]}


def softmax(y_linear):
    return nd.softmax(factor * y_linear, axis=1)
