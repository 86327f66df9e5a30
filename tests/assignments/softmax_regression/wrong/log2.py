# told: the logarithm to base 2 instead of the natural one
def cross_entropy(yhat, y):
    return -(y * nd.log(yhat)).sum(axis=1) / 0.6931471805599453
