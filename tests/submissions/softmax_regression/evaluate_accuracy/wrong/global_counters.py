# Counters outside of the function: the second call goes on with the first one's.
# expect: at most 2.75 of 4
# kind: fundamental
# diagnosis: none
# also: more than 1
correct = 0
total = 0


def evaluate_accuracy(data_iterator, net):
    global correct, total
    data_iterator.reset()
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        correct += int(nd.sum(net(data).argmax(axis=1) == batch.label[0].as_in_context(ctx)).asscalar())
        total += len(data)
    return correct / total
