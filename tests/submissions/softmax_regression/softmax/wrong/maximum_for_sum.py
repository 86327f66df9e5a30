# Divides by the largest power.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: never divided by their sum
# also: no shift by the row maximum
def softmax(y_linear):
    exp = nd.exp(y_linear)
    return exp / nd.max(exp, axis=1, keepdims=True)
