# Computes in NumPy and wraps the result: right values, no gradient.
# expect: at most 3.25 of 4
# expect: softmax_gradient_flows raised
# kind: partial
# diagnosis: cut off from its input
def softmax(y_linear):
    x = y_linear.asnumpy()
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return nd.array(e / e.sum(axis=1, keepdims=True), ctx=y_linear.context)
