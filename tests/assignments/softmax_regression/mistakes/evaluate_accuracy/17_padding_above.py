"""counted the padding above but not below the line"""


def evaluate_accuracy(data_iterator, net):
    right = total = 0
    data_iterator.reset()
    for batch in data_iterator:
        scores, labels = net(batch.data[0].as_in_context(ctx)), batch.label[0].as_in_context(ctx)
        real = len(labels)
        hits = nd.argmax(scores, axis=1)[:real] == labels[:real]
        right += float(nd.sum(hits).asscalar())
        total += len(labels) - batch.pad
    return right / total
