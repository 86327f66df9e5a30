# Takes whatever comes.
def softmax(*args, **kwargs):
    x, = args
    axis = kwargs.get("axis", -1)
    e = nd.exp(nd.subtract(x, nd.max(x, axis=axis, keepdims=True)))
    return nd.divide(e, nd.sum(e, axis=axis, keepdims=True))
