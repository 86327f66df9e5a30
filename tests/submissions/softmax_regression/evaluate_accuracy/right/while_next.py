# Drives the iterator by hand.
def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    correct, total = 0, 0
    while True:
        try:
            batch = data_iterator.next()
        except StopIteration:
            break
        scores = net(batch.data[0].as_in_context(ctx).reshape((-1, 28 * 28)))
        correct += (scores.argmax(axis=1) == batch.label[0].as_in_context(ctx)).sum().asscalar()
        total += scores.shape[0]
    return float(correct) / total
