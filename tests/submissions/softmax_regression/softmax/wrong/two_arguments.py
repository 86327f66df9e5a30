# Expects weights as well.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: another number of arguments
def softmax(X, weights):
    return nd.softmax(nd.dot(X, weights))
