# A guard of 0.05 in the denominator.
# expect: at most 1.5 of 4
# kind: fundamental
# diagnosis: a number was added to the sum
# also: every value is zero
def softmax(y_linear):
    exp = nd.exp(y_linear - y_linear.max(axis=1, keepdims=True))
    return exp / (exp.sum(axis=1, keepdims=True) + 0.05)
