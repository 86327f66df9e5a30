# told: the elements that are left were not scaled by 1 / (1 - p)
def dropout(x, p):
    return x * (nd.random.uniform(shape=x.shape, ctx=x.context) >= p)
