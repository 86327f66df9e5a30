# Adds 1 to the denominator so that it cannot be zero.
# expect: at most 1.25 of 4
# kind: fundamental
# diagnosis: a number was added to the sum
# also: no shift by the row maximum
def softmax(y_linear):
    exp = nd.exp(y_linear - y_linear.max(axis=1, keepdims=True))
    return exp / (1 + exp.sum(axis=1, keepdims=True))
