# A misspelt variable.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: a name that has no value
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear, axis=1, keepdims=True))
    return ex / nd.sum(exp, axis=1, keepdims=True)
