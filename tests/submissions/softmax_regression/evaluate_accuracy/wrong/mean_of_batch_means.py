# Averages the batches' accuracies, the short last one like the others.
# expect: exactly 3.25 of 4
# expect: takes_any_batch_size wrong
# kind: partial
# diagnosis: averaged the batches' accuracies
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    means = []
    for batch in data_iterator:
        n = batch.data[0].shape[0] - batch.pad
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        hits = net(data).argmax(axis=1) == batch.label[0].as_in_context(ctx)
        means.append(hits[:n].mean().asscalar())
    return sum(means) / len(means)
