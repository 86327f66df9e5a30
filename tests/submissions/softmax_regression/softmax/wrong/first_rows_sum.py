# Tested with one row: takes the first row's sum for all.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: sum of the first row
# also: no shift by the row maximum
# also: only the first row is right
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear))
    return exp / exp[0].sum()
