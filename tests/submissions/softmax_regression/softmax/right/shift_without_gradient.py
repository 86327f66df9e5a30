# Knows that the shift cancels, so keeps it out of the gradient.
def softmax(x):
    with autograd.pause():
        shift = nd.max(x, axis=1, keepdims=True)
    e = nd.exp(x - shift)
    return e / nd.sum(e, axis=1, keepdims=True)
