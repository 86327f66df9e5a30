# Returns a NumPy array.
# expect: at most 3.25 of 4
# kind: partial
# diagnosis: cut off from its input
# also: NumPy array
def softmax(y_linear):
    x = y_linear.asnumpy()
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
