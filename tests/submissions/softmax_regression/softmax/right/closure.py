# A function that makes the function.
def make_softmax(axis):
    def apply(x):
        e = nd.exp(x - nd.max(x, axis=axis, keepdims=True))
        return e / nd.sum(e, axis=axis, keepdims=True)

    return apply


softmax = make_softmax(1)
