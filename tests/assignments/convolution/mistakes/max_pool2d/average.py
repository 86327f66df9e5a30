"""the average of each block instead of its maximum"""


def max_pool2d(x, size):
    rows, columns = x.shape[0] // size, x.shape[1] // size
    return x[: rows * size, : columns * size].reshape((rows, size, columns, size)).mean(axis=(1, 3))
