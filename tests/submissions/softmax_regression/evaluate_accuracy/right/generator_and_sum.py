# A generator of hits, summed.
def hits(data_iterator, net):
    for batch in data_iterator:
        predicted = nd.argmax(net(batch.data[0].as_in_context(ctx).reshape((-1, 784))), axis=-1)
        yield from (predicted.asnumpy() == batch.label[0].asnumpy()).astype(int).tolist()


def evaluate_accuracy(data_iterator, net):
    data_iterator.reset()
    found = list(hits(data_iterator, net))
    return sum(found) / len(found)
