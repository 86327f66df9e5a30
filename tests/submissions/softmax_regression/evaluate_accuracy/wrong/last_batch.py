# The counters start anew in each batch.
# expect: at most 1.5 of 4
# kind: fundamental
# diagnosis: only the last batch
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    for batch in data_iterator:
        correct = total = 0
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        correct += int(nd.sum(net(data).argmax(axis=1) == batch.label[0].as_in_context(ctx)).asscalar())
        total += len(data)
    return correct / total
