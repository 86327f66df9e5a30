# Moves its input to the first device, whatever the course's.
# expect: exactly 3.75 of 4
# kind: partial
# diagnosis: device
def softmax(y_linear):
    x = y_linear.as_in_context(mx.cpu(0))
    exp = nd.exp(x - nd.max(x, axis=1, keepdims=True))
    return exp / nd.sum(exp, axis=1, keepdims=True)
