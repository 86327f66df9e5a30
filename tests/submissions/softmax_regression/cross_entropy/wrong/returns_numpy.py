# Returns a NumPy array.
# expect: at most 3.25 of 4
# kind: partial
# diagnosis: cut off from its input
# also: NumPy array
def cross_entropy(yhat, y):
    return -(y.asnumpy() * np.log(yhat.asnumpy())).sum(axis=1)
