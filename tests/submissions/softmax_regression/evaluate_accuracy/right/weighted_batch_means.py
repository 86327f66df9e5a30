# Averages the batches' accuracies, each weighted by its real size.
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    means, weights = [], []
    for batch in data_iterator:
        n = batch.label[0].shape[0] - batch.pad
        predicted = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).argmax(axis=1)[:n]
        means.append((predicted == batch.label[0].as_in_context(ctx)[:n]).mean().asscalar())
        weights.append(n)
    return np.average(means, weights=weights)
