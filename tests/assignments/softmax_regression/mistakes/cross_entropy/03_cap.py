"""a guard inside the logarithm, or a cap on the loss, is too large: it hides confident mistakes"""

each = {"most": [3, 4, 5, 6, 7, 8, 9, 10]}


def cross_entropy(yhat, y):
    return nd.minimum(-nd.sum(y * nd.log(yhat), axis=1), most)
