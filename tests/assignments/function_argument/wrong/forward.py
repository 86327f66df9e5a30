# told: a forward difference: take one step to each side
def numerical_gradient(f, x, h=1e-2):
    slope = nd.zeros(x.size)
    for i in range(x.size):
        step = nd.one_hot(nd.array([i]), x.size).reshape(x.shape)
        slope[i] = (f(x + h * step) - f(x)) / h
    return slope.reshape(x.shape)
