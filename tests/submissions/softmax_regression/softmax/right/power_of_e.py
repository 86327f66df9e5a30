# Writes e to the power of x, with e from the math module.
import math


def softmax(x):
    z = x - nd.max(x, axis=1, keepdims=True)
    powers = nd.power(nd.full(z.shape, math.e, ctx=z.context), z)
    return powers * (1 / powers.sum(axis=1, keepdims=True))
