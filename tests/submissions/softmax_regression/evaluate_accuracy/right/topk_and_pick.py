# The index by topk, and whether the label's own score is that high by pick.
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    good, n = 0, 0
    for batch in data_iterator:
        out = net(batch.data[0].as_in_context(ctx).reshape((-1, 784)))
        best = nd.topk(out, axis=1, k=1).reshape((-1,))
        good += (best == batch.label[0].as_in_context(ctx)).sum().asscalar()
        n += len(best)
    return np.float32(good / n)
