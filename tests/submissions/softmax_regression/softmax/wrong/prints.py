# Prints the result instead of returning it.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: returned nothing
# also: cut off
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    print(exp / nd.sum(exp, axis=1, keepdims=True))
