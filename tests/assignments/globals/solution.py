# %%
from mxnet import nd

W = nd.random.normal(shape=(4, 3))
b = nd.zeros(3)


# %%
def net(x):
    return nd.dot(x, W) + b
