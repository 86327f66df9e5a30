"""the average over the batch in every place: return one loss for each example"""


def cross_entropy(yhat, y):
    loss = -nd.sum(y * nd.log(yhat), axis=1)
    return nd.ones_like(loss) * nd.mean(loss)
