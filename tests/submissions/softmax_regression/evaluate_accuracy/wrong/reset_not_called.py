# Names reset without calling it.
# expect: exactly 3 of 4
# kind: partial
# diagnosis: went on where the iterator stood
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset
    numerator = denominator = 0.0
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        numerator += nd.sum(nd.argmax(net(data), axis=1) == batch.label[0].as_in_context(ctx)).asscalar()
        denominator += data.shape[0]
    return numerator / denominator
