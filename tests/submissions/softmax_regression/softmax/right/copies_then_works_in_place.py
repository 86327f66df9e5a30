# Saves memory: in place on its own copy while nothing is recorded, plain arithmetic otherwise.
def softmax(x):
    if autograd.is_recording():
        e = nd.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    out = x.copy()
    out -= out.max(axis=1, keepdims=True)
    nd.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)
    return out
