# told: powers of 2 instead of powers of e
def softmax(y_linear):
    p = 2 ** (y_linear - y_linear.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)
