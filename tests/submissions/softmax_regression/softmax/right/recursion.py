# Divides the batch in halves until one row is left.
def softmax(x):
    if x.shape[0] == 1:
        e = nd.exp(x - x.max())
        return e / e.sum()
    half = x.shape[0] // 2
    return nd.concat(softmax(x[:half]), softmax(x[half:]), dim=0)
