# Leaves a temperature of 2 in.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: scaled before the exponential
def softmax(y_linear, temperature=2.0):
    exp = nd.exp((y_linear - y_linear.max(axis=1, keepdims=True)) / temperature)
    return exp / exp.sum(axis=1, keepdims=True)
