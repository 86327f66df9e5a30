# A constant that has the right shape and sums to 1.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: every value is the same
# also: every class got the same probability
# also: cut off from its input
def softmax(y_linear):
    return nd.ones_like(y_linear) / y_linear.shape[1]
