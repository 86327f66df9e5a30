"""Puts new arrays into the list: whoever holds the old ones sees no change."""


def SGD(params, lr):
    for i in range(len(params)):
        params[i] = params[i] - lr * params[i].grad
