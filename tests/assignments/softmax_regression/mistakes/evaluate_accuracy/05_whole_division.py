"""zero came out although predictions are right: a whole-number division, or a comparison that never holds"""

each = {"padding": [False, True]}


def evaluate_accuracy(data_iterator, net):
    right = total = 0
    data_iterator.reset()
    for batch in data_iterator:
        scores, labels = net(batch.data[0].as_in_context(ctx)), batch.label[0].as_in_context(ctx)
        real = len(labels) - (0 if padding else batch.pad)
        hits = nd.argmax(scores, axis=1)[:real] == labels[:real]
        right += float(nd.sum(hits).asscalar())
        total += real
    return right // total if right < total else 0.0
