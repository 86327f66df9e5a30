# Transposes before, but not after.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: transposed
def softmax(y_linear):
    exp = nd.exp(y_linear.T - y_linear.max(axis=1))
    return exp / exp.sum(axis=0)
