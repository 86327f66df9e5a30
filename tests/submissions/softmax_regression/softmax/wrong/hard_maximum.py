# One for the largest, zero for the others.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: a hard maximum
# also: cut off from its input
# also: cut off from its input
def softmax(y_linear):
    return nd.one_hot(nd.argmax(y_linear, axis=1), y_linear.shape[1])
