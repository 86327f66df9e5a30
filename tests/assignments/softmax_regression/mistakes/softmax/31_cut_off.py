"""no gradient arrived: the result is cut off from its input"""


def softmax(y_linear):
    return nd.BlockGrad(nd.softmax(y_linear, axis=1))
