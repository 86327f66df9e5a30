# Compares the predictions with themselves.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: every prediction counted as right
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        label = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).argmax(axis=1)
        correct += int(nd.sum(net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).argmax(axis=1) == label).asscalar())
        total += len(label)
    return correct / total
