"""Moves batches to the first CPU whatever the course's device is."""


def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    right = total = 0
    for batch in data_iterator:
        x = batch.data[0].as_in_context(mx.cpu(0)).reshape((-1, 784))
        label = batch.label[0].as_in_context(mx.cpu(0))
        right += (net(x).argmax(axis=1) == label).sum().asscalar()
        total += x.shape[0]
    return right / total
