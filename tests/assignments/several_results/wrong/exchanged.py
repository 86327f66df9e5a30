# told: momentum and 1 - momentum are exchanged
def batch_norm(X, gamma, beta, is_training, moving_mean, moving_var, eps=1e-5, momentum=0.9):
    mean, var = moving_mean, moving_var
    if is_training:
        mean, var = X.mean(axis=0), ((X - X.mean(axis=0)) ** 2).mean(axis=0)
        moving_mean[:] = moving_mean + momentum * (mean - moving_mean)
        moving_var[:] = moving_var + momentum * (var - moving_var)
    return gamma * (X - mean) / nd.sqrt(var + eps) + beta, mean, var
