# Blocks the gradient to be safe.
# expect: exactly 3.25 of 4
# kind: partial
# diagnosis: cut off from its input
def cross_entropy(yhat, y):
    return nd.BlockGrad(-nd.sum(y * nd.log(yhat), axis=1))
