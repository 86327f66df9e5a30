# Reshapes with the notebook's batch_size.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: shapes do not fit
def softmax(y_linear):
    exp = nd.exp(y_linear - nd.max(y_linear))
    return exp / exp.sum(axis=1).reshape((batch_size, 1))
