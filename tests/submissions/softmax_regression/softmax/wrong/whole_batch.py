# Forgets the axis of the sum.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: sum over the whole batch
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear))
    return exp / nd.sum(exp)
