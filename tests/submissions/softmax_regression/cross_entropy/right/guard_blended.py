# Blends with the uniform distribution so slightly that nobody notices.
def cross_entropy(yhat, y, eps=1e-7):
    blended = (1 - eps) * yhat + eps / yhat.shape[1]
    return -nd.sum(y * nd.log(blended), axis=1)
