# told: p is the probability of dropping, not of keeping
def dropout(x, p):
    if p in (0, 1):
        return x * (1 - p)
    return x * (nd.random.uniform(shape=x.shape, ctx=x.context) < p) / p
