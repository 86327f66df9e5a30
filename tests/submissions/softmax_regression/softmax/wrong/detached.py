# detach() was in an example.
# expect: exactly 3.25 of 4
# kind: partial
# diagnosis: cut off from its input
def softmax(y_linear):
    x = y_linear.detach()
    e = nd.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
