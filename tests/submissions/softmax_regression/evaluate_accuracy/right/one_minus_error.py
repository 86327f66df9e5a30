# Counts errors, and subtracts.
def evaluate_accuracy(data_iterator, net):
    errors = total = 0
    data_iterator.reset()
    for batch in data_iterator:
        output = net(batch.data[0].as_in_context(ctx).reshape((-1, 784)))
        label = batch.label[0].as_in_context(ctx)
        errors += nd.sum(output.argmax(axis=1) != label).asscalar()
        total += label.size
    return 1 - errors / total
