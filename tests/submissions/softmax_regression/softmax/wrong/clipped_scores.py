# Clips the scores so that exp cannot overflow.
# expect: exactly 3 of 4
# kind: partial
# diagnosis: every class got the same probability
def softmax(y_linear):
    exp = nd.exp(nd.clip(y_linear, -50, 50))
    return exp / exp.sum(axis=1, keepdims=True)
