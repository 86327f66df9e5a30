# Stops one batch early.
# expect: at most 2 of 4
# kind: fundamental
# diagnosis: left the last batch out
# also: no batch was left
# also: only the first batch
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    batches = list(data_iterator)
    correct = total = 0
    for batch in batches[:-1]:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        correct += int(nd.sum(net(data).argmax(axis=1) == batch.label[0].as_in_context(ctx)).asscalar())
        total += len(data)
    return correct / total
