# range(n - 1): the last row keeps its scores.
# expect: at most 1.5 of 4
# kind: fundamental
# diagnosis: last row
# also: returned the scores as they came
# also: cut off
def softmax(y_linear):
    rows = [nd.softmax(y_linear[i : i + 1]) for i in range(len(y_linear) - 1)]
    return nd.concat(*rows, y_linear[len(y_linear) - 1 :], dim=0)
