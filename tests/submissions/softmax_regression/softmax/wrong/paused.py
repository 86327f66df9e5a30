# Pauses recording for all of it.
# expect: exactly 3.25 of 4
# kind: partial
# diagnosis: cut off from its input
def softmax(y_linear):
    with autograd.pause():
        e = nd.exp(y_linear - y_linear.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
