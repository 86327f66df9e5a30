# Stops after the exponential.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: never divided by their sum
# also: no shift by the row maximum
def softmax(y_linear):
    return nd.exp(y_linear)
