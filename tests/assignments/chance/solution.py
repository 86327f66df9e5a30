# %%
from mxnet import nd


# %%
def dropout(x, p):
    kept = nd.random.uniform(0, 1, shape=x.shape, ctx=x.context) >= p
    return x * kept.astype(x.dtype) / (1 - p) if p < 1 else nd.zeros_like(x)
