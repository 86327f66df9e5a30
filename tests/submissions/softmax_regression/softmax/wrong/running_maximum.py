# Keeps the largest score ever seen as the shift.
# expect: at most 3 of 4
# expect: stays_finite_for_large_logits wrong
# kind: partial
# diagnosis: no shift by the row maximum
# also: NaN or infinity came out
largest = 0.0


def softmax(y_linear):
    global largest
    largest = max(largest, float(y_linear.max().asscalar()))
    e = nd.exp(y_linear - largest)
    return e / e.sum(axis=1, keepdims=True)
