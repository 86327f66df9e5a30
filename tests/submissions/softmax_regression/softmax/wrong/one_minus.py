# Computes the probability of not being the class.
# expect: at most 1.5 of 4
# kind: fundamental
# diagnosis: one minus softmax
def softmax(y_linear):
    return 1 - nd.softmax(y_linear)
