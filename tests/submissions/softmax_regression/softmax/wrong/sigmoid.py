# Uses the function for two classes.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: sigmoid
def softmax(y_linear):
    return nd.sigmoid(y_linear)
