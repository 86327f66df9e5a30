# Sums rows by a product with a column of ones on the right device.
def softmax(x):
    e = nd.exp(nd.broadcast_minus(x, nd.max(x, axis=1, keepdims=True)))
    ones = nd.ones((x.shape[1], 1), ctx=x.context)
    return nd.broadcast_div(e, nd.dot(e, ones))
