# Divides by the number of batches.
# expect: at most 1.5 of 4
# kind: fundamental
# diagnosis: number of batches
# also: never divided
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = batches = 0
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        correct += int(nd.sum(net(data).argmax(axis=1) == batch.label[0].as_in_context(ctx)).asscalar())
        batches += 1
    return correct / batches
