# %%
from mxnet import nd


# %%
def numerical_gradient(f, x, h=1e-2):
    slope = nd.zeros_like(x)
    for i in range(x.size):
        step = nd.zeros_like(x).reshape((-1,))
        step[i] = h
        step = step.reshape(x.shape)
        slope.reshape((-1,))[i] = (f(x + step) - f(x - step)) / (2 * h)
    return slope
