# Divides by the iterator's own number of examples, hits of the padding included.
# expect: exactly 3.25 of 4
# kind: partial
# diagnosis: counted the padding above but not below
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct = 0
    for batch in data_iterator:
        guess = net(batch.data[0].as_in_context(ctx).reshape((-1, 784))).argmax(axis=1)
        correct += int((guess == batch.label[0].as_in_context(ctx)).sum().asscalar())
    return correct / data_iterator.num_data
