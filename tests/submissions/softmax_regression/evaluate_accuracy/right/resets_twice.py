# Resets before and, to leave the iterator as it was found, after.
def evaluate_accuracy(data_iterator, net, flatten=784):
    data_iterator.reset()
    correct, count = nd.zeros(1, ctx=ctx), 0
    for batch in data_iterator:
        data = batch.data[0].as_in_context(ctx)
        output = net(data.reshape((-1, flatten)))
        correct += (output.argmax(axis=1) == batch.label[0].as_in_context(ctx)).sum()
        count += data.shape[0]
    data_iterator.reset()
    return correct.asscalar() / count
