"""Right values, but autograd cannot follow."""


def softmax(y_linear):
    x = y_linear.asnumpy()
    exp = np.exp(x - x.max(axis=1, keepdims=True))
    return nd.array(exp / exp.sum(axis=1, keepdims=True))
