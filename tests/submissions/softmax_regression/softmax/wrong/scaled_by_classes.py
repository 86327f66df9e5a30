# Divides by the square root of the number of classes, as attention does.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: scaled before the exponential
def softmax(y_linear):
    z = y_linear / y_linear.shape[1] ** 0.5
    exp = nd.exp(z - z.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)
