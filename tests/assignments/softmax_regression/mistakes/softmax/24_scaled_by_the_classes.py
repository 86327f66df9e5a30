"""the scores were scaled before the exponential: softmax takes them as they are"""

each = {"power": [-1, -0.5]}


def softmax(y_linear):
    return nd.softmax(y_linear * y_linear.shape[1] ** power, axis=1)
