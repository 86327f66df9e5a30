"""left the last batch out, although it is full"""

each = {"padding": [True]}


def evaluate_accuracy(data_iterator, net):
    counted = []
    data_iterator.reset()
    for batch in data_iterator:
        scores, labels = net(batch.data[0].as_in_context(ctx)), batch.label[0].as_in_context(ctx)
        real = len(labels) - (0 if padding else batch.pad)
        hits = nd.argmax(scores, axis=1)[:real] == labels[:real]
        counted.append((float(nd.sum(hits).asscalar()), real))
    right, total = (sum(part) for part in zip(*counted[:-1], strict=True))
    return right / total
