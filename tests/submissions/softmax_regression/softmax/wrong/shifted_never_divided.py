# Shifts, takes powers, forgets the denominator.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: shifted scores, never divided
def softmax(y_linear):
    return (y_linear - y_linear.max(axis=1, keepdims=True)).exp()
