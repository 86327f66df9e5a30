"""no shift by the row maximum before exp, so large logits overflow (or vanish)"""

each = {"guard": [0, 1e-9, 1e-12]}


def softmax(y_linear):
    e = nd.exp(y_linear)
    return e / (nd.sum(e, axis=1, keepdims=True) + guard)
