# The most probable example of each class.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: shapes do not fit
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        correct += int(nd.sum(net(data).argmax(axis=0) == batch.label[0].as_in_context(ctx)).asscalar())
        total += len(data)
    return correct / total
