# Placeholder that was never replaced.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: returned the scores as they came
# also: cut off from its input
def softmax(y_linear):
    return y_linear
