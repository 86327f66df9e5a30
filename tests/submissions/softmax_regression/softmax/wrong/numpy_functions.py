# Calls NumPy's exp on an NDArray, and a method that NumPy has.
# expect: at most 3.25 of 4
# kind: partial
# diagnosis: cut off from its input
# also: NumPy array
def softmax(y_linear):
    x = np.asarray(y_linear.asnumpy(), dtype=np.float64)
    x = x - x.max(axis=1)[:, None]
    return np.exp(x) / np.exp(x).sum(axis=1)[:, None]
