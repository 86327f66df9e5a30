# Collects hits in a NumPy array, without the padding, and takes the mean.
def evaluate_accuracy(it, model):
    hits = []
    it.reset()
    for batch in it:
        n = batch.data[0].shape[0] - batch.pad
        out = model(batch.data[0].as_in_context(ctx).reshape((-1, 784))).asnumpy()
        hits.append(out.argmax(axis=1)[:n] == batch.label[0].asnumpy()[:n])
    return np.concatenate(hits).mean()
