"""no gradient arrived: the result is cut off from its input"""


def cross_entropy(yhat, y):
    return nd.BlockGrad(-nd.sum(y * nd.log(yhat), axis=1))
