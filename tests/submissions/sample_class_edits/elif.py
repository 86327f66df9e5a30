The first two functions, then out of time.

# %% softmax-solution
def softmax(y_linear):
    """Turn scores into probabilities, row by row.

    y_linear: NDArray (batch, classes), any real numbers.
    Returns an NDArray of the same shape whose rows are positive and sum to 1.
    """
    m = y_linear.max(axis=1).reshape((-1, 1))
    e = nd.exp(y_linear - m)
    s = e.sum(axis=1).reshape((-1, 1))
    return e / s

# %% cross_entropy-solution
def cross_entropy(yhat, y):
    """Return the loss of each example.

    yhat: NDArray (batch, classes) of probabilities; y: NDArray (batch, classes), one-hot labels.
    Returns an NDArray (batch,).
    """
    return 0 - nd.sum(nd.log(yhat) * y, axis=1)

# %% output softmax-demo
# [[0.125  0.25   0.625 ]
#  [0.3333 0.3333 0.3333]]
# sums of the rows: [1. 1.]

# %% output SGD-demo
# SGD is still blank: fill it in above, then run this cell again.
