# functools.partial of a more general function.
from functools import partial


def general(x, axis, base):
    powers = nd.exp((x - x.max(axis=axis, keepdims=True)) * base)
    return powers / powers.sum(axis=axis, keepdims=True)


softmax = partial(general, axis=1, base=1.0)
