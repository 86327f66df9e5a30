"""softmax was applied twice"""


def softmax(y_linear):
    return nd.softmax(nd.softmax(y_linear, axis=1), axis=1)
