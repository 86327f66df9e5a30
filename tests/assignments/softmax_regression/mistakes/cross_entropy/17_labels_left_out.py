"""the labels were left out: summed the log-probabilities of all classes"""


def cross_entropy(yhat, y):
    return -nd.sum(nd.log(yhat), axis=1)
