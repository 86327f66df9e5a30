"""the bias is subtracted"""


def net(x):
    return nd.dot(x, W) - b
