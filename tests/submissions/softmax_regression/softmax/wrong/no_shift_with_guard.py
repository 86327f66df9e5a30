# Without the shift; a guard in the denominator against dividing by zero.
# expect: exactly 3 of 4
# kind: partial
# diagnosis: no shift by the row maximum
# also: every value is zero
def softmax(y_linear):
    exp = nd.exp(y_linear)
    return exp / (exp.sum(axis=1, keepdims=True) + 1e-8)
