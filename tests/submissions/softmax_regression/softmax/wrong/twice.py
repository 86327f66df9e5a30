# Applies it twice, to be sure.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: applied twice
def softmax(y_linear):
    return nd.softmax(nd.softmax(y_linear))
