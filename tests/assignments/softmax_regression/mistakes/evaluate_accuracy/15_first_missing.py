"""the first batch is missing: something took it from the iterator after the reset"""

each = {"padding": [False, True]}


def evaluate_accuracy(data_iterator, net):
    right = total = 0
    data_iterator.reset()
    next(data_iterator)
    for batch in data_iterator:
        scores, labels = net(batch.data[0].as_in_context(ctx)), batch.label[0].as_in_context(ctx)
        real = len(labels) - (0 if padding else batch.pad)
        hits = nd.argmax(scores, axis=1)[:real] == labels[:real]
        right += float(nd.sum(hits).asscalar())
        total += real
    return right / total if total else 0.0
