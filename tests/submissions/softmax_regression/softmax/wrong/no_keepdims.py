# Forgets keepdims: works for square batches only, and wrongly.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: shapes do not fit
# also: sum of another row
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear))
    return exp / nd.sum(exp, axis=1)
