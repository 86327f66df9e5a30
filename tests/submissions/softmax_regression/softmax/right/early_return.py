# A special case for one row, an early return for the rest, and a redefinition of an earlier wrong try.
def softmax(y_linear):
    return nd.exp(y_linear)

# %%
def softmax(y_linear):
    if len(y_linear) == 1:
        e = nd.exp(y_linear - nd.max(y_linear))
        return e / nd.sum(e)
    e = nd.exp(y_linear - nd.max(y_linear, axis=1).reshape((-1, 1)))
    total = nd.sum(e, axis=1).reshape((-1, 1))
    return e / total
