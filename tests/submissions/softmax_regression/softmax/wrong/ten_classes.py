# Writes the number of classes of MNIST into a reshape.
# expect: at most 3 of 4
# expect: rows_are_distributions raised
# kind: partial
# diagnosis: shapes do not fit
def softmax(y_linear):
    exp = nd.exp(y_linear - y_linear.max(axis=1, keepdims=True))
    total = nd.dot(exp, nd.ones((10, 1), ctx=exp.context))
    return exp / total
