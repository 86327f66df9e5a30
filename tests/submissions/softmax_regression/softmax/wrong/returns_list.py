# Returns a list of rows.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: a list
# also: cut off
def softmax(y_linear):
    return [nd.softmax(row.reshape((1, -1)))[0] for row in y_linear]
