# Uses a global of the notebook instead of the argument.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: none
# also: cut off from its input
# also: returned the same
sample = nd.array([[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]])


def softmax(y_linear):
    e = nd.exp(sample - sample.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
