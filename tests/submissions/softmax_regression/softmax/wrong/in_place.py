# Shifts its argument in place.
# expect: at most 3 of 4
# expect: softmax_keeps_its_input wrong
# kind: partial
# diagnosis: in place
def softmax(y_linear):
    y_linear[:] = y_linear - y_linear.max(axis=1, keepdims=True)
    e = nd.exp(y_linear)
    return e / e.sum(axis=1, keepdims=True)
