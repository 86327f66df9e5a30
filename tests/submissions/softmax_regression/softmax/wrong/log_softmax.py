# Takes the stable function for the function.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: logarithm of softmax
def softmax(y_linear):
    return nd.log_softmax(y_linear)
