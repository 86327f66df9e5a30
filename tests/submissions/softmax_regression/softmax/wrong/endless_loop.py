# A loop that waits for sums to be exactly 1.
# expect: at most 1 of 4
# expect: rows_are_distributions timeout
# kind: fundamental
# diagnosis: never ends
def softmax(y_linear):
    p = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    while True:
        p = p / p.sum(axis=1, keepdims=True)
        if (p.sum(axis=1) == 1.0000001).sum() == p.shape[0]:
            return p
