# Off by a factor of 1.001.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: right to within a percent
def softmax(y_linear):
    return nd.softmax(y_linear) * 1.001
