# Gives back the first row alone.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: one row came out
def softmax(y_linear):
    exp = nd.exp(y_linear[0] - nd.max(y_linear[0]))
    return exp / exp.sum()
