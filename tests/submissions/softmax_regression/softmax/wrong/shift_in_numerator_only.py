# Shifts in the numerator, sums the unshifted powers.
# expect: at most 1.25 of 4
# kind: fundamental
# diagnosis: shifted in the numerator but not in the sum
# also: no shift by the row maximum
def softmax(y_linear):
    shifted = y_linear - y_linear.max(axis=1, keepdims=True)
    return nd.exp(shifted) / nd.exp(y_linear).sum(axis=1, keepdims=True)
