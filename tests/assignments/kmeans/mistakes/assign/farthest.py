"""the farthest center instead of the nearest"""


def assign(points, centers):
    distances = ((points.expand_dims(1) - centers.expand_dims(0)) ** 2).sum(axis=2)
    return distances.argmax(axis=1).astype("int32")
