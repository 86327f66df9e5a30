# Normalises the scores themselves.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: without the exponential
def softmax(y_linear):
    return y_linear / y_linear.sum(axis=1, keepdims=True)
