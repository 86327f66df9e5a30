# Counts in double precision, and gives back what it was given.
def softmax(y_linear):
    x = y_linear.astype("float64")
    e = mx.nd.exp(x - mx.nd.max(x, axis=1, keepdims=True))
    return (e / mx.nd.sum(e, axis=1, keepdims=True)).astype(y_linear.dtype)
