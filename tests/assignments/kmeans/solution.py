# %%
from mxnet import nd


# %%
def assign(points, centers):
    distances = ((points.expand_dims(1) - centers.expand_dims(0)) ** 2).sum(axis=2)
    return distances.argmin(axis=1).astype("int32")


# %%
def update_centers(points, labels, k):
    hot = nd.one_hot(labels, k)
    return nd.dot(hot.T, points) / nd.maximum(hot.sum(axis=0).expand_dims(1), 1)
