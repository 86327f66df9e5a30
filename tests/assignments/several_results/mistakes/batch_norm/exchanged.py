"""momentum and 1 - momentum are exchanged"""


def batch_norm(X, gamma, beta, is_training, moving_mean, moving_var, eps=1e-5, momentum=0.9):
    if is_training:
        mean = X.mean(axis=0)
        var = ((X - mean) ** 2).mean(axis=0)
        moving_mean[:] = (1 - momentum) * moving_mean + momentum * mean
        moving_var[:] = (1 - momentum) * moving_var + momentum * var
    else:
        mean, var = moving_mean, moving_var
    return gamma * (X - mean) / nd.sqrt(var + eps) + beta, mean, var
