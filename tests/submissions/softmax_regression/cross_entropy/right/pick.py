# Looks up the probability of the right class.
def cross_entropy(yhat, y):
    return -nd.log(nd.pick(yhat, nd.argmax(y, axis=1), axis=1))
