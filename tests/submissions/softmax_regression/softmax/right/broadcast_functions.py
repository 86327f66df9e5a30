# Was told that MXNet needs broadcast_*, and uses it for everything.
def softmax(y_linear):
    shifted = nd.broadcast_sub(y_linear, nd.max(y_linear, axis=1).expand_dims(1))
    exp = nd.exp(shifted)
    return nd.broadcast_div(exp, nd.sum(exp, axis=1).expand_dims(1))
