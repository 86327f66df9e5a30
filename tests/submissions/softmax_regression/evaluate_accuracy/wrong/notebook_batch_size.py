# Counts batch_size examples a batch, the notebook's 64.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: size that was written into the code
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        correct += int(nd.sum(net(data).argmax(axis=1) == batch.label[0].as_in_context(ctx)).asscalar())
        total += batch_size
    return correct / total
