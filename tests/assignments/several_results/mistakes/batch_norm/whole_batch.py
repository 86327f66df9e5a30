"""one mean and one variance for the whole batch: each feature has its own"""


def batch_norm(X, gamma, beta, is_training, moving_mean, moving_var, eps=1e-5, momentum=0.9):
    if is_training:
        mean = X.mean() * nd.ones_like(moving_mean)
        var = ((X - mean) ** 2).mean() * nd.ones_like(moving_mean)
        moving_mean[:] = momentum * moving_mean + (1 - momentum) * mean
        moving_var[:] = momentum * moving_var + (1 - momentum) * var
    else:
        mean, var = moving_mean, moving_var
    return gamma * (X - mean) / nd.sqrt(var + eps) + beta, mean, var
