# Compares probabilities, not classes, with the labels.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: zero came out
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = total = 0
    for batch in data_iterator:
        output = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).asnumpy()
        label = batch.label[0].asnumpy() + 1e-3
        correct += (output.max(axis=1) == label).sum()
        total += len(label)
    return correct / total
