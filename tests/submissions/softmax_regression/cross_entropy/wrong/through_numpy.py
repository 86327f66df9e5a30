# NumPy inside: right values, no gradient.
# expect: exactly 3.25 of 4
# kind: partial
# diagnosis: cut off from its input
def cross_entropy(yhat, y):
    losses = -(y.asnumpy() * np.log(yhat.asnumpy())).sum(axis=1)
    return nd.array(losses, ctx=yhat.context)
