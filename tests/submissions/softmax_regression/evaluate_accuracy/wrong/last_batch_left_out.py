# Leaves out a batch that is not full.
# expect: exactly 3.25 of 4
# kind: partial
# diagnosis: left the last batch out
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        if batch.pad:
            break
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        correct += int(nd.sum(net(data).argmax(axis=1) == batch.label[0].as_in_context(ctx)).asscalar())
        total += len(data)
    return correct / total
