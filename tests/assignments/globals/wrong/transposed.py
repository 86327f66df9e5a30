# told: the bias is subtracted
def net(x):
    y = nd.dot(x, W)
    return y - b
