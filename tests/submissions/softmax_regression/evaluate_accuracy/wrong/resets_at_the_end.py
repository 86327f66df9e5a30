# Resets after counting instead of before.
# expect: exactly 3 of 4
# expect: starts_from_the_first_batch wrong
# kind: partial
# diagnosis: went on where the iterator stood
def evaluate_accuracy(data_iterator, net):
    numerator = denominator = 0.0
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx).reshape((-1, 784))
        label = batch.label[0].as_in_context(ctx)
        numerator += nd.sum(nd.argmax(net(data), axis=1) == label).asscalar()
        denominator += data.shape[0]
    data_iterator.reset()
    return numerator / denominator
