# The formula from the book, without the shift that makes it safe.
# expect: exactly 3 of 4
# expect: stays_finite_for_large_logits wrong
# kind: partial
# diagnosis: no shift by the row maximum
def softmax(y_linear):
    exp = nd.exp(y_linear)
    return exp / exp.sum(axis=1, keepdims=True)
