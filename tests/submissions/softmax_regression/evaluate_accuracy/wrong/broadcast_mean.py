# The same, as a mean over the matrix.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: each prediction with every label
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    hits, n = 0.0, 0
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        guess = net(data).asnumpy().argmax(axis=1)
        label = batch.label[0].asnumpy().reshape(-1, 1)
        hits += (guess == label).mean() * len(data)
        n += len(data)
    return hits / n
