# Looks at the first batch, and goes on from the second.
# expect: at most 2 of 4
# kind: fundamental
# diagnosis: first batch is missing
# also: no batch was left
# also: only the last batch
# also: went on where
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    print(data_iterator.next().data[0].shape)
    correct = total = 0
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        correct += int(nd.sum(net(data).argmax(axis=1) == batch.label[0].as_in_context(ctx)).asscalar())
        total += len(data)
    return correct / total
