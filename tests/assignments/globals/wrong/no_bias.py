# told: the bias is missing
def net(x):
    return nd.dot(x, W)
