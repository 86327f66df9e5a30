# Calls itself where nd.softmax was meant.
# expect: exactly 0 of 4
# expect: rows_are_distributions raised
# kind: fundamental
# diagnosis: calls itself
def softmax(y_linear):
    return softmax(y_linear - y_linear.max(axis=1, keepdims=True))
