# Blocks the gradient of the sum.
# expect: exactly 3.25 of 4
# kind: partial
# diagnosis: treated as a constant
def softmax(y_linear):
    e = nd.exp(y_linear - y_linear.max(axis=1, keepdims=True).detach())
    return e / nd.BlockGrad(e.sum(axis=1, keepdims=True))
