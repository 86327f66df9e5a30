# Rounds to three decimals, for a nicer table.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: rounded
# also: cut off from its input
def softmax(y_linear):
    return nd.round(nd.softmax(y_linear) * 1000) / 1000
